//! Checks that the generated functions support the parameters.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Node, Report, Role};

use super::Requirements;
use crate::rust_type::RustType;

static PARAMETER_LOCATION: Rule = Rule {
    id: "parameter-location",
    message: "parameters in `{found}` are not supported",
    help: "write `in: path` or `in: query`; the HTTP layer sets headers",
};

static PARAMETER_ENCODING: Rule = Rule {
    id: "parameter-encoding",
    message: "parameters with `{key}` are not supported",
    help: "remove `{key}`, and write a plain schema",
};

static PATH_PARAMETER_NOT_AN_ID: Rule = Rule {
    id: "path-parameter-not-an-id",
    message: "the type of the path parameter `{name}` is neither an id nor an integer",
    help: "write `schema: {$ref: '#/components/schemas/…'}` with the schema of an id; a new kind of id is a schema with \
           `x-rust-type`, its own name, and `title`, the noun for messages",
};

static QUERY_PARAMETER_TYPE: Rule = Rule {
    id: "query-parameter-type",
    message: "query parameters of {found} are not supported",
    help: "write `type: string`, `integer`, `number` or `boolean`, refer to the schema of an id or of an `enum` of strings, \
           or write `type: array` with one of these as `items`",
};

pub(super) fn check(_: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let parameters = context.nodes.of_role(Role::Parameter);
    for node in parameters.filter(|node| node.value.is_object() && node.reference().is_none()) {
        check_location(node, report);
        check_encoding(node, report);
        match node.text("in") {
            Some("path") => check_path_parameter(context, node, report),
            Some("query") => check_query_parameter(context, node, report),
            _ => {}
        }
    }
}

fn check_location(node: &Node<'_>, report: &mut Report<'_>) {
    if let Some(found) = node.text("in").filter(|location| !matches!(*location, "path" | "query")) {
        report.add(&node.at("in"), PARAMETER_LOCATION.violation(&[("found", &found)]));
    }
}

fn check_encoding(node: &Node<'_>, report: &mut Report<'_>) {
    for key in ["content", "style"] {
        if node.get(key).is_some() {
            report.add(&node.at(key), PARAMETER_ENCODING.violation(&[("key", &key)]));
        }
    }
}

fn check_path_parameter(context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    let Some(schema) = context.nodes.child(node, "schema") else { return };
    let is_integer = schema.text("type") == Some("integer") && schema.get("enum").is_none();
    if !is_integer && !is_id(context, schema) {
        let name = node.text("name").unwrap_or_default();
        report.add(&schema.path, PATH_PARAMETER_NOT_AN_ID.violation(&[("name", &name)]));
    }
}

fn check_query_parameter(context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    let Some(schema) = context.nodes.child(node, "schema") else { return };
    check_query_value(context, schema, report);
    if let Some(items) = array_items(context, schema) {
        match array_items(context, items) {
            Some(_) => {
                report.add(&items.path, QUERY_PARAMETER_TYPE.violation(&[("found", &"nested arrays")]))
            }
            None => check_query_value(context, items, report),
        }
    }
}

/// The items of an array that is not a component.
fn array_items<'c, 'a>(context: &'c Context<'_, 'a>, schema: &Node<'a>) -> Option<&'c Node<'a>> {
    if schema.text("type") == Some("array") { context.nodes.child(schema, "items") } else { None }
}

fn check_query_value(context: &Context<'_, '_>, schema: &Node<'_>, report: &mut Report<'_>) {
    let plain = matches!(schema.text("type"), Some("string" | "integer" | "number" | "boolean"));
    if (plain && schema.get("enum").is_none())
        || array_items(context, schema).is_some()
        || is_id(context, schema)
        || is_enum(context, schema)
    {
        return;
    }
    let found = match (schema.reference(), schema.get("enum"), schema.text("type")) {
        (Some(_), ..) => "a component that is neither an id nor an `enum` of strings",
        (_, Some(_), _) => "an `enum` without a name",
        (.., Some(kind)) => &format!("type {kind}"),
        (None, None, None) => "an unspecified type",
    };
    report.add(&schema.path, QUERY_PARAMETER_TYPE.violation(&[("found", &found)]));
}

/// Whether the schema is a reference to an `enum` of strings, possibly with a default.
fn is_enum(context: &Context<'_, '_>, schema: &Node<'_>) -> bool {
    let target = context.nodes.resolve_wrapper(schema).filter(|target| target.is_component);
    target.is_some_and(|target| target.text("type") == Some("string") && target.get("enum").is_some())
}

/// Whether the schema is a reference to an id. Also true for a reference without a target, which another check reports.
fn is_id(context: &Context<'_, '_>, schema: &Node<'_>) -> bool {
    schema.reference().is_some()
        && context.nodes.resolve(schema).is_none_or(|target| RustType::of(target.value) == Some(RustType::Id))
}
