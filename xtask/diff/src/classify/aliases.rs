//! Merges the edits of text that YAML aliases repeat.
//!
//! The tree of differences has a node for each use of the text. Their positions are the same, which identifies them.

use super::Walker;
use crate::{Edit, Finding, Locations, Reach};

impl Walker<'_, '_> {
    /// Merges edits of the same text into one.
    pub(super) fn fold_aliases(&mut self) {
        let mut kept: Vec<Edit> = Vec::with_capacity(self.edits.len());
        // Sorted by position, so repeated edits follow each other, possibly with other edits of the same position between.
        for edit in std::mem::take(&mut self.edits) {
            let near = kept
                .iter_mut()
                .rev()
                .take_while(|other| positions(&other.locations) == positions(&edit.locations));
            match near.into_iter().find(|other| is_repeated(other, &edit)) {
                None => kept.push(edit),
                Some(first) => fold(first, edit),
            }
        }
        self.edits = kept;
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

fn fold(first: &mut Edit, other: Edit) {
    if first.node != other.node {
        let name = format!("{} {}", other.node.kind.name(), other.node.name);
        first.detail += &match first.detail.contains(REPEATED) {
            false => format!("{REPEATED}{name}"),
            true => format!(", {name}"),
        };
    }
    first.pointers.extend(other.pointers);
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

fn add(known: &mut Vec<Reach>, more: Vec<Reach>) {
    known.extend(more);
    known.sort();
    known.dedup();
}
