//! Checks that all components are used.

use std::collections::{HashMap, HashSet};

use super::{Context, Report};
use crate::Rule;
use crate::openapi::{Role, component_of};

static UNUSED: Rule = Rule {
    id: "unused",
    message: "`{name}` is not used",
    help: "remove it, or add the missing reference to it",
};

type Component<'a> = (&'a str, &'a str);

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let used = used(context);
    for node in context.nodes.components() {
        if node.component.is_some_and(|component| !used.contains(&component)) {
            report.add(&node.path, UNUSED.violation(&[("name", &node.name)]));
        }
    }
}

/// The components that are reachable from outside of the components.
fn used<'a>(context: &Context<'_, 'a>) -> HashSet<Component<'a>> {
    let mut references: HashMap<Option<Component<'a>>, Vec<Component<'a>>> = HashMap::new();
    for node in context.nodes.iter() {
        let from = references.entry(node.component).or_default();
        if node.role == Role::Requirement {
            let names = node.value.as_object().into_iter().flatten();
            from.extend(names.map(|(name, _)| ("securitySchemes", name.as_str())));
        }
        from.extend(node.reference().and_then(|target| target.as_str()).and_then(component_of));
    }
    let mut used = HashSet::new();
    let mut next = references.remove(&None).unwrap_or_default();
    while let Some(component) = next.pop() {
        if used.insert(component) {
            next.extend(references.remove(&Some(component)).unwrap_or_default());
        }
    }
    used
}
