//! Names that cannot be made identifiers, and names that become the same one.

use std::collections::{HashMap, HashSet};

use openapi_fragment::lint::{Context, Node, Operation, Report, Role, is_secret};
use openapi_fragment::pointer::Path;
use openapi_fragment::{Rule, Violation};
use serde_json::Value;

use super::Known;
use crate::rename::{SECRET, snake, type_name, variant};

static BAD_NAME: Rule = Rule {
    id: "bad-name",
    message: "`{name}` is not a name for {kind}",
    help: "begin with a letter and go on with letters, digits, `_`, `-` and `.`",
};

static BAD_PROPERTY_NAME: Rule = Rule {
    id: "bad-property-name",
    message: "`{name}` is not a name for a property",
    help: "replace the schema by a hand-written type: the server chose the name",
};

static BAD_PARAMETER_NAME: Rule = Rule {
    id: "bad-parameter-name",
    message: "`{name}` is not a name for a parameter",
    help: "it cannot be generated: leave it out, or write this operation by hand",
};

static BAD_ENUM_VALUE: Rule = Rule {
    id: "bad-enum-value",
    message: "the value `{name}` cannot become the name of a variant",
    help: "replace the schema by a hand-written type: the server chose the value",
};

static NAMES_COLLIDE: Rule = Rule {
    id: "names-collide",
    message: "the {kinds} `{name}` and `{other}` both become `{renamed}`",
    help: "{advice}",
};

static RESERVED_NAME: Rule = Rule {
    id: "reserved-name",
    message: "generated code has {item} of its own that `{name}` would become",
    help: "{advice}",
};

static ID_BESIDE_UNDERSCORE_ID: Rule = Rule {
    id: "id-beside-underscore-id",
    message: "`_id` and `id` in one object",
    help: "keep the one that the server sends: both become the field `id`",
};

/// What has a name that becomes an identifier.
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

    fn collide(self, name: &str, other: &str, renamed: &str) -> Violation {
        let (kinds, advice) = match self {
            Self::Operation => ("operations", "give one of them another name"),
            Self::Component => ("schemas", "give one of them another name"),
            Self::Property => ("properties", "keep the one that the server reads"),
            Self::Parameter => ("parameters", "keep the one that the server reads"),
            Self::EnumValue => {
                ("values", "replace the schema by a hand-written type: the server chose the values")
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
        const BY_HAND: &str = "it cannot be generated: leave it out, or write this operation by hand";
        let (item, advice) = match self {
            Self::Operation => {
                ("a function", "write the published name as `x-short-name`, and another one as `operationId`")
            }
            Self::Component => {
                ("a type", "give it another name, and write the published one as `x-published-name`")
            }
            Self::Property | Self::Parameter => ("a variable", BY_HAND),
            Self::EnumValue => ("a variant", BY_HAND),
        };
        RESERVED_NAME.violation(&[("item", &item), ("name", &name), ("advice", &advice)])
    }
}

pub(super) fn check(known: &Known<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    // A request may be made under either name.
    let ids = ["operationId", "x-short-name"].into_iter().flat_map(|key| {
        let nodes = context.operations.iter().map(|operation| operation.node);
        let names = nodes.filter_map(move |node| Some((node.text(key)?, node.at(key))));
        // An empty one is reported as missing.
        names.filter(|(name, _)| !name.trim().is_empty())
    });
    distinct(Named::Operation, ids, report);
    let schemas = || context.nodes.components().filter(|node| node.role == Role::Schema);
    distinct(Named::Component, schemas().map(named), report);
    for operation in context.operations {
        parameters(operation, report);
    }
    for schema in context.nodes.of_role(Role::Schema) {
        properties(context, schema, report);
        values(known, schema, report);
    }
    reserved(context, report);
}

fn named<'a>(node: &Node<'a>) -> (&'a str, Path<'a>) {
    (node.name, node.path.clone())
}

/// Reports each name that is no name, or that becomes what an earlier one became.
fn distinct<'a>(what: Named, names: impl Iterator<Item = (&'a str, Path<'a>)>, report: &mut Report<'_>) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for (name, path) in names {
        let Some(renamed) = renamed(what, name) else {
            report.add(&path, what.bad_name(name));
            continue;
        };
        match first.get(&renamed) {
            Some(other) => {
                report.add(&path, what.collide(name, other, &renamed));
            }
            None => {
                first.insert(renamed, name);
            }
        }
    }
}

/// What the name becomes in Rust, where it can become anything.
fn renamed(what: Named, name: &str) -> Option<String> {
    match what {
        Named::EnumValue => variant(name),
        Named::Component => is_name(name).then(|| type_name(name)),
        Named::Operation | Named::Property | Named::Parameter => is_name(name).then(|| snake(name)),
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.trim_start_matches('_').chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// What admits more than the properties of an object becomes a field of this name.
const MORE: &str = "additionalProperties";
const EXTRA: &str = "extra";

/// What generated code calls by a name of its own. The types: those of the prelude that it writes without a path, the
/// reader of the open enums, and the keyword. The functions: the constructors, and `ALL` of the operation table.
const RESERVED_TYPES: [&str; 6] = ["Ok", "Err", "Some", "None", "OpenEnum", "Self_"];
const RESERVED_FUNCTIONS: [&str; 3] = ["new", "new_with_client", "all"];
/// The variables of a method, and the one that it has only where the operation has a body.
const RESERVED_VARIABLES: [&str; 6] = ["header_map", "path", "request", "response", "result", "url"];
const BODY: &str = "body";

fn reserved(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.components().filter(|node| node.role == Role::Schema) {
        let renamed = type_name(node.name);
        // Lowering gives the secrets that have no name this one.
        let secret = renamed == SECRET && !(node.name == SECRET && is_secret(node));
        if secret || RESERVED_TYPES.contains(&&*renamed) {
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

/// The same parameter twice in one place is another rule's matter.
fn parameters(operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let names = operation.parameters.iter().filter_map(|parameter| {
        let name = parameter.resolved.text("name")?;
        seen.insert((name, parameter.resolved.text("in"))).then(|| (name, parameter.listed.path.clone()))
    });
    distinct(Named::Parameter, names, report);
}

fn properties(context: &Context<'_, '_>, schema: &Node<'_>, report: &mut Report<'_>) {
    let properties = || context.nodes.children(schema, "properties");
    let pair = properties()
        .find(|property| property.name == "_id")
        .filter(|_| properties().any(|property| property.name == "id"));
    if let Some(property) = pair {
        report.add(&property.path, ID_BESIDE_UNDERSCORE_ID.violation(&[]));
    }
    // That pair would be reported a second time.
    let others = properties().filter(|property| pair.is_none() || property.name != "_id");
    distinct(Named::Property, others.map(named), report);
    let extra = properties().find(|property| snake(property.name) == EXTRA);
    if let (Some(more), Some(extra)) = (context.nodes.child(schema, MORE), extra) {
        report.add(&more.path, Named::Property.collide(MORE, extra.name, EXTRA));
    }
}

fn values(known: &Known<'_>, schema: &Node<'_>, report: &mut Report<'_>) {
    let replaced = schema.component.is_some_and(|(_, name)| known.is_replaced(name));
    let Some(Value::Array(values)) = schema.get("enum") else { return };
    // What is secret is not repeated; that it has values at all is another rule's matter.
    if replaced || is_secret(schema) {
        return;
    }
    let list = schema.at("enum");
    let texts =
        values.iter().enumerate().filter_map(|(index, value)| Some((value.as_str()?, list.item(index))));
    distinct(Named::EnumValue, texts, report);
}
