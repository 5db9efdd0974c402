//! Checks that names can be converted to identifiers, and that the identifiers are unique.

use std::collections::{HashMap, HashSet};

use openapi_fragment::lint::{Context, Node, Operation, Report, Role, is_secret};
use openapi_fragment::pointer::Path;
use openapi_fragment::{Rule, Violation};
use serde_json::Value;

use super::{Requirements, is_replaced};
use crate::rename::{SECRET, snake, type_name, variant};

static BAD_NAME: Rule = Rule {
    id: "bad-name",
    message: "`{name}` is not a valid name for {kind}",
    help: "start with a letter, and continue with letters, digits, `_`, `-` and `.`",
};

static BAD_PROPERTY_NAME: Rule = Rule {
    id: "bad-property-name",
    message: "`{name}` is not a valid name for a property",
    help: "replace the schema by a hand-written type, because the server defines the name",
};

static BAD_PARAMETER_NAME: Rule = Rule {
    id: "bad-parameter-name",
    message: "`{name}` is not a valid name for a parameter",
    help: "remove the parameter, or write this operation by hand",
};

static BAD_ENUM_VALUE: Rule = Rule {
    id: "bad-enum-value",
    message: "the value `{name}` cannot be converted to the name of a variant",
    help: "replace the schema by a hand-written type, because the server defines the value",
};

static NAMES_COLLIDE: Rule = Rule {
    id: "names-collide",
    message: "the {kinds} `{name}` and `{other}` both become `{renamed}`",
    help: "{advice}",
};

static RESERVED_NAME: Rule = Rule {
    id: "reserved-name",
    message: "`{name}` conflicts with {item} of the generated code",
    help: "{advice}",
};

static ID_AND_UNDERSCORE_ID: Rule = Rule {
    id: "id-and-underscore-id",
    message: "the object has both `_id` and `id`",
    help: "keep the one that the server sends, because both become the field `id`",
};

/// The kinds of things whose names become identifiers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Operation,
    Component,
    Property,
    Parameter,
    EnumValue,
}

impl Named {
    fn bad_name(self, name: &str) -> Violation {
        match self {
            Self::Operation => BAD_NAME.violation(&[("name", &name), ("kind", &"an operation")]),
            Self::Component => BAD_NAME.violation(&[("name", &name), ("kind", &"a component")]),
            Self::Property => BAD_PROPERTY_NAME.violation(&[("name", &name)]),
            Self::Parameter => BAD_PARAMETER_NAME.violation(&[("name", &name)]),
            Self::EnumValue => BAD_ENUM_VALUE.violation(&[("name", &name)]),
        }
    }

    fn collision(self, name: &str, other: &str, renamed: &str) -> Violation {
        let (kinds, advice) = match self {
            Self::Operation => ("operations", "rename one of them"),
            Self::Component => ("schemas", "rename one of them"),
            Self::Property => ("properties", "keep the one that the server reads"),
            Self::Parameter => ("parameters", "keep the one that the server reads"),
            Self::EnumValue => {
                ("values", "replace the schema by a hand-written type, because the server defines the values")
            }
        };
        NAMES_COLLIDE.violation(&[
            ("kinds", &kinds),
            ("name", &name),
            ("other", &other),
            ("renamed", &renamed),
            ("advice", &advice),
        ])
    }

    fn reserved(self, name: &str) -> Violation {
        const BY_HAND: &str = "remove it, or write this operation by hand";
        let (item, advice) = match self {
            Self::Operation => (
                "a function",
                "write the published name as `x-short-name`, and another name as `operationId`",
            ),
            Self::Component => ("a type", "rename it, and write the published name as `x-published-name`"),
            Self::Property | Self::Parameter => ("a variable", BY_HAND),
            Self::EnumValue => ("a variant", BY_HAND),
        };
        RESERVED_NAME.violation(&[("item", &item), ("name", &name), ("advice", &advice)])
    }
}

pub(super) fn check(_: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    // `operationId` and `x-short-name` share one namespace, because callers can use either.
    let ids = ["operationId", "x-short-name"].into_iter().flat_map(|key| {
        let nodes = context.operations.iter().map(|operation| operation.node);
        // Another check reports a short name that equals the id of its operation, and empty names.
        let is_repeated =
            move |node: &&Node<'_>| key != "operationId" && node.text(key) == node.text("operationId");
        let nodes = nodes.filter(move |node| !is_repeated(node));
        let names = nodes.filter_map(move |node| Some((node.text(key)?, node.at(key))));
        names.filter(|(name, _)| !name.trim().is_empty())
    });
    check_unique(Named::Operation, ids, report);
    let schemas = || context.nodes.components().filter(|node| node.role == Role::Schema);
    check_unique(Named::Component, schemas().map(name_and_path), report);
    for operation in context.operations {
        check_parameters(operation, report);
    }
    for schema in context.nodes.of_role(Role::Schema) {
        check_properties(context, schema, report);
        check_values(context, schema, report);
    }
    check_reserved(context, report);
}

fn name_and_path<'a>(node: &Node<'a>) -> (&'a str, Path<'a>) {
    (node.name, node.path.clone())
}

/// Reports invalid names, and names whose identifiers equal an earlier one.
fn check_unique<'a>(kind: Named, names: impl Iterator<Item = (&'a str, Path<'a>)>, report: &mut Report<'_>) {
    let mut names_by_identifier: HashMap<String, &str> = HashMap::new();
    for (name, path) in names {
        let Some(renamed) = renamed(kind, name) else {
            report.add(&path, kind.bad_name(name));
            continue;
        };
        match names_by_identifier.get(&renamed) {
            Some(other) => {
                report.add(&path, kind.collision(name, other, &renamed));
            }
            None => {
                names_by_identifier.insert(renamed, name);
            }
        }
    }
}

/// The identifier in Rust; `None` if the name is invalid.
fn renamed(kind: Named, name: &str) -> Option<String> {
    match kind {
        Named::EnumValue => variant(name),
        Named::Component => is_valid_name(name).then(|| type_name(name)),
        Named::Operation | Named::Property | Named::Parameter => is_valid_name(name).then(|| snake(name)),
    }
}

fn is_valid_name(name: &str) -> bool {
    let mut letters = name.trim_start_matches('_').chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// The key for additional properties, and the field that the generator creates for them.
const ADDITIONAL: &str = "additionalProperties";
const EXTRA: &str = "extra";

/// Names that generated code uses itself. The types: those of the prelude that it uses without a path, the visitor of
/// the open enums, and the keyword `Self`. The functions: the constructors, and `ALL` of the operation table.
const RESERVED_TYPES: [&str; 6] = ["Ok", "Err", "Some", "None", "OpenEnum", "Self_"];
const RESERVED_FUNCTIONS: [&str; 3] = ["new", "new_with_client", "all"];
/// The variables of a method, and the one that exists only if the operation has a body.
const RESERVED_VARIABLES: [&str; 6] = ["header_map", "path", "request", "response", "result", "url"];
const BODY: &str = "body";

fn check_reserved(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.components().filter(|node| node.role == Role::Schema) {
        let renamed = type_name(node.name);
        // Lowering adds a component of this name for inline secrets.
        let conflicts_with_secret = renamed == SECRET && !(node.name == SECRET && is_secret(node));
        if conflicts_with_secret || RESERVED_TYPES.contains(&&*renamed) {
            report.add(&node.path, Named::Component.reserved(node.name));
        }
    }
    for operation in context.operations {
        if let Some(id) =
            operation.node.text("operationId").filter(|id| RESERVED_FUNCTIONS.contains(&&*snake(id)))
        {
            report.add(&operation.node.at("operationId"), Named::Operation.reserved(id));
        }
        for parameter in &operation.parameters {
            let Some(name) = parameter.resolved.text("name") else { continue };
            let renamed = snake(name);
            if RESERVED_VARIABLES.contains(&&*renamed) || (renamed == BODY && operation.body.is_some()) {
                report.add(&parameter.listed.path, Named::Parameter.reserved(name));
            }
        }
    }
}

/// Ignores duplicates in one location, which another rule reports.
fn check_parameters(operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let names = operation.parameters.iter().filter_map(|parameter| {
        let name = parameter.resolved.text("name")?;
        seen.insert((name, parameter.resolved.text("in"))).then(|| (name, parameter.listed.path.clone()))
    });
    check_unique(Named::Parameter, names, report);
}

fn check_properties(context: &Context<'_, '_>, schema: &Node<'_>, report: &mut Report<'_>) {
    let properties = || context.nodes.children(schema, "properties");
    let pair = properties()
        .find(|property| property.name == "_id")
        .filter(|_| properties().any(|property| property.name == "id"));
    if let Some(property) = pair {
        report.add(&property.path, ID_AND_UNDERSCORE_ID.violation(&[]));
    }
    // Otherwise the pair would be reported twice.
    let others = properties().filter(|property| pair.is_none() || property.name != "_id");
    check_unique(Named::Property, others.map(name_and_path), report);
    let extra = properties().find(|property| snake(property.name) == EXTRA);
    if let (Some(additional), Some(extra)) = (context.nodes.child(schema, ADDITIONAL), extra) {
        report.add(&additional.path, Named::Property.collision(ADDITIONAL, extra.name, EXTRA));
    }
}

fn check_values(context: &Context<'_, '_>, schema: &Node<'_>, report: &mut Report<'_>) {
    let Some(Value::Array(values)) = schema.get("enum") else { return };
    // Messages must not repeat the values of a secret. Another rule reports that a secret has values.
    if is_replaced(context, schema) || is_secret(schema) {
        return;
    }
    let list = schema.at("enum");
    let texts =
        values.iter().enumerate().filter_map(|(index, value)| Some((value.as_str()?, list.item(index))));
    check_unique(Named::EnumValue, texts, report);
}
