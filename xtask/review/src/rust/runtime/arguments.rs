//! Finds positional arguments whose meaning changed although their types did not. The wrapper then compiles and passes
//! the wrong values.
//!
//! The generator sorts query parameters by name, so two renames can swap two parameters. A parameter that is renamed
//! within its position is not moved; it is sent under its new name.

use heck::ToSnakeCase as _;
use serde_json::Value;

use crate::rust::api::Api;
use crate::rust::compare::{ApiChange, Subject};
use crate::rust::rules::RustRule;
use atlas_codegen::lower::walk::{self, OperationNode};
use openapi_fragment::openapi::variables;

/// The changed arguments of the functions that both sides have with the same types.
#[derive(Debug, Default)]
pub(in crate::rust) struct Arguments {
    /// Those that are sent under another name.
    pub(in crate::rust) renamed: Vec<ApiChange>,
    /// Those that the wrapper passes for others.
    pub(in crate::rust) moved: Vec<ApiChange>,
}

pub(in crate::rust) fn arguments(before: &Api<'_>, after: &Api<'_>) -> Arguments {
    let mut found = Arguments::default();
    for (name, old) in &before.request_functions {
        let Some(new) = after.request_functions.get(name) else { continue };
        if old.parameters == new.parameters || !new.takes_the_types_of(old) {
            continue;
        }
        let sides = (before.operation_of_function(name), after.operation_of_function(name));
        let (Some(old_operation), Some(new_operation)) = sides else { continue };
        let declared = [Declared::of(before, &old_operation), Declared::of(after, &new_operation)];
        let (mut moved, mut renamed) = (Vec::new(), Vec::new());
        for ((old, _), (new, _)) in
            old.parameters.iter().zip(&new.parameters).filter(|(old, new)| old.0 != new.0)
        {
            match (find(&declared[0], old), find(&declared[1], new)) {
                // A path variable sends only its value.
                (Some(old), Some(new)) if old.is_same(new) && new.variable.is_some() => {}
                (Some(old), Some(new)) if old.is_same(new) => {
                    renamed.push(format!("`{}` instead of `{}`", new.name, old.name));
                }
                _ => moved.push(format!("{old} as {new}")),
            }
        }
        let effect = |rule, text| ApiChange::effect(rule, Subject::Call(name.clone()), text);
        if !moved.is_empty() {
            let text = format!("the wrapper passes wrong arguments to {name}: {}", moved.join(", "));
            found.moved.push(effect(RustRule::ArgumentsMoved, text));
        }
        let sends = |what| effect(RustRule::ParameterRenamed, format!("{name} sends {what}"));
        found.renamed.extend(renamed.into_iter().map(sends));
    }
    found
}

/// A parameter in the document.
struct Declared<'a> {
    name: &'a str,
    /// The reference in the operation's list, unless the parameter is inline.
    reference: Option<&'a str>,
    value: &'a Value,
    /// The index of the path variable, if it is one.
    variable: Option<usize>,
}

impl<'a> Declared<'a> {
    /// The parameters of an operation and of its path.
    fn of(api: &'a Api<'_>, node: &OperationNode<'a>) -> Vec<Self> {
        let own = walk::elements(node.operation, "parameters");
        let written = own.chain(walk::elements(node.item, "parameters"));
        written
            .filter_map(|written| {
                let value = walk::resolve(&api.document.value, written);
                let name = walk::text(value, "name")?;
                let in_path = walk::text(value, "in") == Some("path");
                let variable = variables(node.path).position(|variable| in_path && variable == name);
                Some(Self { name, reference: walk::text(written, "$ref"), value, variable })
            })
            .collect()
    }

    /// Whether the two are one parameter under two names.
    fn is_same(&self, other: &Self) -> bool {
        let same_component = self.reference.is_some() && self.reference == other.reference;
        let same_variable = self.variable.is_some() && self.variable == other.variable;
        same_component || same_variable || without_name(self.value) == without_name(other.value)
    }
}

fn find<'d, 'a>(declared: &'d [Declared<'a>], argument: &str) -> Option<&'d Declared<'a>> {
    declared.iter().find(|declared| declared.name.to_snake_case() == argument)
}

fn without_name(parameter: &Value) -> Option<serde_json::Map<String, Value>> {
    let mut members = parameter.as_object()?.clone();
    members.shift_remove("name");
    Some(members)
}
