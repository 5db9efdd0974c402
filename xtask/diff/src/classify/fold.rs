//! Merges edits that describe the same change of the text into one.

use std::collections::HashMap;

use serde_json::Value;

use super::Change;
use crate::{Edit, Finding, Location, Locations, Reach, Sides};
use openapi_fragment::Document;

/// Merges the edits of text that YAML aliases repeat. They have the same positions. The edits must be sorted by position.
pub(super) fn aliases(edits: &mut Vec<Edit>) {
    let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in std::mem::take(edits) {
        let near = kept
            .iter_mut()
            .rev()
            .take_while(|other| positions(&other.locations) == positions(&edit.locations));
        match near.into_iter().find(|other| is_repeated(other, &edit)) {
            None => kept.push(edit),
            Some(first) => fold_alias(first, edit),
        }
    }
    *edits = kept;
}

/// Merges the extraction of an inline definition to a component into one edit, at the first reference to the
/// component. The reverse is merged in the same way.
pub(super) fn extractions(edits: &mut Vec<Edit>, documents: Sides<&Document>) {
    let pointer = |location: &Option<Location>| location.as_ref().map(|location| location.pointer.clone());
    let component_edits = edits.iter().enumerate().filter_map(|(index, edit)| match edit.change {
        Change::ComponentAdded => Some(((true, pointer(&edit.locations.revision)?), index)),
        Change::ComponentRemoved => Some(((false, pointer(&edit.locations.base)?), index)),
        _ => None,
    });
    let components: HashMap<(bool, String), usize> = component_edits.collect();
    let mut first: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut folded = vec![false; edits.len()];
    for index in 0..edits.len() {
        let edit = &edits[index];
        let Some(component) = extracted(edit, documents).and_then(|target| components.get(&target).copied())
        else {
            continue;
        };
        let (into, from) = match first.get_mut(&component) {
            None => {
                first.insert(component, (index, 0));
                (index, component)
            }
            Some((into, more)) => {
                *more += 1;
                (*into, index)
            }
        };
        folded[from] = true;
        let (pointers, reach) = (edits[from].pointers.clone(), edits[from].reach.clone());
        let edit = &mut edits[into];
        edit.pointers.extend(pointers);
        edit.reach.extend(
            reach
                .into_iter()
                .filter(|usage| from != component && !edit.reach.contains(usage))
                .collect::<Vec<_>>(),
        );
    }
    for (into, more) in first.into_values().filter(|(_, more)| *more > 0) {
        let references = if more == 1 { "reference" } else { "references" };
        edits[into].detail += &format!(", and {more} more {references}");
    }
    let mut folded = folded.into_iter();
    edits.retain(|_| !folded.next().unwrap_or_default());
}

/// The pointer of the component that an edit without an effect refers to in one document only: the revision if true.
fn extracted(edit: &Edit, documents: Sides<&Document>) -> Option<(bool, String)> {
    let target = |node: &Value| {
        let reference = node.get("$ref").unwrap_or(node).as_str()?;
        Some(reference.strip_prefix('#')?.to_owned())
    };
    match edit.change {
        Change::ReferenceExtracted => Some((true, target(edit.after.as_ref()?)?)),
        Change::ReferenceInlined => Some((false, target(edit.before.as_ref()?)?)),
        Change::Rewritten => edit.pointers.iter().find_map(|locations| {
            let (document, location, added) = match (&locations.base, &locations.revision) {
                (None, Some(location)) => (documents.revision, location, true),
                (Some(location), None) => (documents.base, location, false),
                _ => return None,
            };
            let is_reference = location.pointer.ends_with("/$ref");
            is_reference.then(|| Some((added, target(document.value.pointer(&location.pointer)?)?)))?
        }),
        _ => None,
    }
}

type Positions = [Option<openapi_fragment::Position>; 2];

fn positions(locations: &Locations) -> Positions {
    [&locations.base, &locations.revision].map(|location| location.as_ref().map(|location| location.position))
}

fn is_repeated(first: &Edit, other: &Edit) -> bool {
    let pointer = |edit: &Edit| edit.locations.newest().map(|location| location.pointer.clone());
    first.change == other.change
        && (&first.before, &first.after) == (&other.before, &other.after)
        && first.detail.split(REPEATED).next() == Some(&other.detail)
        && first.within.len() == other.within.len()
        && pointer(first) != pointer(other)
}

/// Separates the description of an edit from the other nodes that contain it through an alias.
const REPEATED: &str = ", also through an alias in ";

fn fold_alias(first: &mut Edit, other: Edit) {
    if first.node != other.node {
        let name = format!("{} {}", other.node.kind.name(), other.node.name);
        first.detail += &match first.detail.contains(REPEATED) {
            false => format!("{REPEATED}{name}"),
            true => format!(", {name}"),
        };
    }
    fold(first, other);
}

/// Adds the operations and the findings of another edit that the same difference causes.
pub(super) fn fold(first: &mut Edit, other: Edit) {
    for pointers in other.pointers {
        if !first.pointers.contains(&pointers) {
            first.pointers.push(pointers);
        }
    }
    add(&mut first.reach, other.reach);
    for finding in other.findings {
        match first.findings.iter_mut().find(|known| known.rule == finding.rule) {
            None => first.findings.push(finding),
            Some(Finding { level, because, .. }) if finding.level > *level => {
                (*level, *because) = (finding.level, finding.because);
            }
            Some(_) => {}
        }
    }
    for (first, other) in first.within.iter_mut().zip(other.within) {
        add(&mut first.reach, other.reach);
    }
}

pub(super) fn add(known: &mut Vec<Reach>, more: Vec<Reach>) {
    known.extend(more);
    known.sort();
    known.dedup();
}
