//! Arguments that the wrapper passes by position: where they change places and their types do not, it compiles and
//! passes the wrong ones.
//!
//! The generator sorts query parameters by name, so that two renames may make one parameter take another's place. A
//! parameter that is only called otherwise stays where it was, and is sent under its new name.

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::RuntimeChange;
use crate::rust::api::Api;
use crate::rust::compare::Subject;
use crate::rust::read::Method;
use crate::rust::rules::RustRule;
use atlas_codegen::lower::walk::{self, OperationNode};
use openapi_fragment::openapi::variables;

/// Every such change of the methods that both sides have.
pub(super) fn arguments(before: &Api<'_>, after: &Api<'_>) -> Vec<RuntimeChange> {
    let mut changes = Vec::new();
    for (name, old) in &before.methods {
        let Some(new) = after.methods.get(name) else { continue };
        if old.parameters == new.parameters || types(old) != types(new) {
            continue;
        }
        let sides = (before.operation_of_method(name), after.operation_of_method(name));
        let (Some(was), Some(is)) = sides else { continue };
        let declared = [Declared::of(before, &was), Declared::of(after, &is)];
        let (mut moved, mut renamed) = (Vec::new(), Vec::new());
        for ((old, _), (new, _)) in
            old.parameters.iter().zip(&new.parameters).filter(|(old, new)| old.0 != new.0)
        {
            match (find(&declared[0], old), find(&declared[1], new)) {
                (Some(old), Some(new)) if old.is(new) => {
                    renamed
                        .extend(new.is_seen().then(|| format!("`{}`, no longer `{}`", new.name, old.name)));
                }
                _ => moved.push(format!("{old} as {new}")),
            }
        }
        let mut add = |rule, text| changes.push(RuntimeChange::new(rule, Subject::Call(name.clone()), text));
        if !moved.is_empty() {
            let text = format!("the wrapper calls {name} by position: it passes {}", moved.join(", "));
            add(RustRule::ArgumentsMoved, text);
        }
        for what in renamed {
            add(RustRule::ParameterTravelsAs, format!("{name} sends {what}"));
        }
    }
    changes
}

fn types(method: &Method) -> Vec<&super::super::text::Text> {
    method.parameters.iter().map(|(_, ty)| ty).collect()
}

/// A parameter as the document has it.
struct Declared<'a> {
    name: &'a str,
    /// The reference by which the operation takes it.
    reference: Option<&'a str>,
    value: &'a Value,
    /// Which variable of the path it is.
    variable: Option<usize>,
}

impl<'a> Declared<'a> {
    /// The parameters of an operation and of its path.
    fn of(api: &'a Api<'_>, place: &OperationNode<'a>) -> Vec<Self> {
        let own = walk::elements(place.operation, "parameters");
        let written = own.chain(walk::elements(place.item, "parameters"));
        written
            .filter_map(|written| {
                let value = walk::resolve(&api.document.value, written);
                let name = walk::text(value, "name")?;
                let in_path = walk::text(value, "in") == Some("path");
                let variable = variables(place.path).position(|variable| in_path && variable == name);
                Some(Self { name, reference: walk::text(written, "$ref"), value, variable })
            })
            .collect()
    }

    /// Whether the two are one parameter under two names.
    fn is(&self, other: &Self) -> bool {
        let same_component = self.reference.is_some() && self.reference == other.reference;
        let same_variable = self.variable.is_some() && self.variable == other.variable;
        same_component || same_variable || nameless(self.value) == nameless(other.value)
    }

    /// Whether its name is sent. Of a variable of the path only the value is.
    fn is_seen(&self) -> bool {
        self.variable.is_none()
    }
}

fn find<'d, 'a>(declared: &'d [Declared<'a>], argument: &str) -> Option<&'d Declared<'a>> {
    declared.iter().find(|declared| declared.name.to_snake_case() == argument)
}

fn nameless(parameter: &Value) -> Option<serde_json::Map<String, Value>> {
    let mut members = parameter.as_object()?.clone();
    members.shift_remove("name");
    Some(members)
}
