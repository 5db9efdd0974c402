//! Parameters of a kind that the generated functions can take.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Node, Report, Role};
use openapi_fragment::openapi::component_of;

use super::Known;

static PARAMETER_LOCATION: Rule = Rule {
    id: "parameter-location",
    message: "a parameter in `{found}`",
    help: "write `in: path` or `in: query`; the HTTP layer sets headers",
};

static PARAMETER_ENCODING: Rule = Rule {
    id: "parameter-encoding",
    message: "a parameter with `{key}`",
    help: "remove it, and give the parameter a plain schema",
};

static PATH_PARAMETER_NOT_AN_ID: Rule = Rule {
    id: "path-parameter-not-an-id",
    message: "the path parameter `{name}` does not have the type of a validated id",
    help: "write `schema: {$ref: '#/components/schemas/…'}` with an id; add a new kind of id to \
           atlas-migration-sdk/src/values/ids.rs and to xtask/generate/src/generator.rs",
};

static QUERY_PARAMETER_TYPE: Rule = Rule {
    id: "query-parameter-type",
    message: "a query parameter of the type {found}",
    help: "write `type: string`, `integer` or `boolean` without `enum`, or refer to an id",
};

pub(super) fn check(known: &Known<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let parameters = context.nodes.of_role(Role::Parameter);
    for node in parameters.filter(|node| node.value.is_object() && node.reference().is_none()) {
        location(node, report);
        encoding(node, report);
        match node.text("in") {
            Some("path") => path_parameter(known, context, node, report),
            Some("query") => query_parameter(known, context, node, report),
            _ => {}
        }
    }
}

fn location(node: &Node<'_>, report: &mut Report<'_>) {
    if let Some(found) = node.text("in").filter(|location| !matches!(*location, "path" | "query")) {
        report.add(&node.at("in"), PARAMETER_LOCATION.violation(&[("found", &found)]));
    }
}

fn encoding(node: &Node<'_>, report: &mut Report<'_>) {
    for key in ["content", "style"] {
        if node.get(key).is_some() {
            report.add(&node.at(key), PARAMETER_ENCODING.violation(&[("key", &key)]));
        }
    }
}

fn path_parameter(known: &Known<'_>, context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    let Some(schema) = context.nodes.child(node, "schema") else { return };
    if !is_id(known, context, schema) {
        let name = node.text("name").unwrap_or_default();
        report.add(&schema.path, PATH_PARAMETER_NOT_AN_ID.violation(&[("name", &name)]));
    }
}

fn query_parameter(known: &Known<'_>, context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    let Some(schema) = context.nodes.child(node, "schema") else { return };
    let plain = matches!(schema.text("type"), Some("string" | "integer" | "boolean"));
    if (plain && schema.get("enum").is_none()) || is_id(known, context, schema) {
        return;
    }
    let found = match (schema.reference(), schema.get("enum"), schema.text("type")) {
        (Some(_), ..) => "of a component that is not an id",
        (_, Some(_), _) => "`enum`",
        (.., Some(kind)) => kind,
        (None, None, None) => "that is not named",
    };
    report.add(&schema.path, QUERY_PARAMETER_TYPE.violation(&[("found", &found)]));
}

/// Whether the schema is a reference to an id, or to nothing, which is another check's problem.
fn is_id(known: &Known<'_>, context: &Context<'_, '_>, schema: &Node<'_>) -> bool {
    let Some(target) = schema.reference() else { return false };
    match target.as_str().and_then(component_of) {
        Some(("schemas", name)) if context.nodes.component("schemas", name).is_some() => {
            known.id_types.contains(&name)
        }
        _ => true,
    }
}
