//! Merges the edits of the effective forms that the same differences cause.
//!
//! One requirement of the document changes all operations that inherit it, and one property of a schema changes all schemas
//! that are composed of it. Each is one edit.

use std::collections::{BTreeSet, HashMap};

use super::super::{Change, fold};
use super::causes::Causes;
use crate::{Edit, Location, Locations, Sides};

/// The edits, each with the differences that cause it as its pointers. `caused` has the causes of each edit.
pub(super) fn merge(edits: Vec<Edit>, caused: Vec<BTreeSet<usize>>, causes: &Causes<'_, '_>) -> Vec<Edit> {
    let mut groups: Vec<(BTreeSet<usize>, Vec<Edit>)> = Vec::new();
    let mut by_causes: HashMap<BTreeSet<usize>, usize> = HashMap::new();
    for (edit, caused) in edits.into_iter().zip(caused) {
        let index = *by_causes.entry(caused.clone()).or_insert(groups.len());
        if index == groups.len() {
            groups.push((caused, Vec::new()));
        }
        groups[index].1.push(edit);
    }
    groups.into_iter().flat_map(|(caused, edits)| group(&caused, edits, causes)).collect()
}

/// Merges the edits that these differences cause.
fn group(caused: &BTreeSet<usize>, edits: Vec<Edit>, causes: &Causes<'_, '_>) -> Vec<Edit> {
    let (mut own, mut copies) = (Vec::new(), Vec::new());
    for mut edit in edits {
        let effective = edit.locations.clone();
        locate(&mut edit, causes);
        let is_own = pointers(&edit.locations) == pointers(&effective) && is_near(&edit, caused, causes);
        if is_own { own.push(edit) } else { copies.push(edit) }
    }
    let mut left: Vec<Edit> = Vec::new();
    for copy in copies {
        let same = |edit: &&mut Edit| is_same(edit, &copy);
        if let Some(known) = own.iter_mut().find(same).or_else(|| left.iter_mut().find(same)) {
            fold::fold(known, copy);
        } else if let [only] = own.as_mut_slice()
            && !is_presence(only)
        {
            match pointers(&only.locations) == pointers(&copy.locations) {
                true => fold::fold(only, copy),
                false => only.within.push(copy),
            }
        } else {
            left.push(copy);
        }
    }
    for copy in &mut left {
        match caused.first() {
            Some(first) if !is_near(copy, caused, causes) => copy.locations = causes.locations(*first),
            _ => copy.node = causes.node_at(&copy.locations).unwrap_or_else(|| copy.node.clone()),
        }
    }
    let is_composed = |edit: &Edit| edit.locations.newest().is_some_and(|at| at.pointer.contains("/allOf"));
    if own.is_empty() && left.len() > 1 && left.iter().all(is_composed) {
        left = vec![composition(left, caused, causes)];
    }
    own.extend(left);
    for edit in &mut own {
        edit.pointers = caused.iter().map(|difference| causes.locations(*difference)).collect();
    }
    own
}

/// Whether the edit is about a component as a whole, which is not where its content takes effect.
fn is_presence(edit: &Edit) -> bool {
    matches!(edit.change, Change::ComponentAdded | Change::ComponentRemoved)
}

fn is_same(edit: &Edit, other: &Edit) -> bool {
    edit.change == other.change && edit.before == other.before && edit.after == other.after
}

/// Whether one of the causes is at the location of an edit.
fn is_near(edit: &Edit, caused: &BTreeSet<usize>, causes: &Causes<'_, '_>) -> bool {
    let mut near = BTreeSet::new();
    for (side, location) in causes.sides(&edit.locations) {
        causes.at_or_around(side, &location.pointer, &mut near);
        near.extend(causes.at(side, &location.pointer));
    }
    !near.is_disjoint(caused)
}

/// Replaces the pointers of the effective forms by those of the texts.
fn locate(edit: &mut Edit, causes: &Causes<'_, '_>) {
    source(&mut edit.locations, causes);
    edit.pointers.iter_mut().for_each(|locations| source(locations, causes));
    edit.within.iter_mut().for_each(|edit| locate(edit, causes));
}

/// Replaces pointers of the effective forms by those of the texts.
fn source(locations: &mut Locations, causes: &Causes<'_, '_>) {
    let Sides { base, revision } = &causes.comparison().effective;
    for (location, effective) in [(&mut locations.base, base), (&mut locations.revision, revision)] {
        if let Some(Location { pointer, .. }) = location
            && let Some(source) = effective.origins.find(pointer).sources.into_iter().next()
        {
            *pointer = source;
        }
    }
}

fn pointers(locations: &Locations) -> Sides<Option<&str>> {
    locations.as_ref().map(|location| location.as_ref().map(|location| location.pointer.as_str()))
}

/// The edit for a changed item of an `allOf`, with the changes of the merged schema within it.
fn composition(edits: Vec<Edit>, caused: &BTreeSet<usize>, causes: &Causes<'_, '_>) -> Edit {
    let mut reach: Vec<_> = edits.iter().flat_map(|edit| edit.reach.clone()).collect();
    reach.sort();
    reach.dedup();
    let first = &edits[0];
    let values = caused.first().map(|first| causes.differences().get(causes.leaf(*first)).values());
    let values = values.unwrap_or_default().map(|value| value.cloned());
    Edit {
        change: Change::CompositionChanged,
        node: first.node.clone(),
        detail: "schemas in `allOf` changed".to_owned(),
        locations: first.locations.clone(),
        before: values.base,
        after: values.revision,
        findings: super::super::findings(
            Change::CompositionChanged,
            &super::super::document_context(),
            &reach,
        ),
        reach,
        within: edits,
        pointers: Vec::new(),
    }
}
