//! Assigns the differences between the texts of two documents to the edits of their effective forms.
//!
//! Each edit of the effective forms is caused by at least one difference between the texts. The edits that the same
//! differences cause become one edit. A difference that causes no edit has no effect: the same contract is expressed
//! differently.

mod causes;
mod merge;
mod rest;

use std::collections::BTreeSet;

use causes::Causes;

use super::super::delta::Deltas;
use super::{Comparison, Found, Walker, fold};
use crate::{Diff, Edit, Locations, Sides};

/// The edits between two documents. `deltas` are the differences between their effective forms, and `differences` those
/// between their texts.
pub(super) fn attribute<'a>(
    found: Found,
    deltas: &Deltas<'a>,
    differences: &Deltas<'a>,
    comparison: Comparison<'a>,
) -> Diff {
    let causes = Causes::new(deltas, differences, comparison);
    let Found { edits, explained, unclaimed } = found;
    let caused = causes.of_edits(&explained);
    let mut explained: BTreeSet<usize> = caused.iter().flatten().copied().collect();
    let mut edits = merge::merge(edits, caused, &causes);

    let unclaimed: BTreeSet<usize> = unclaimed.iter().flat_map(|leaf| causes.of_leaf(*leaf)).collect();
    let unclassified: Vec<usize> = unclaimed.difference(&explained).copied().collect();
    explained.extend(&unclassified);
    let mut rest = Walker::new(comparison, differences);
    rest.without_effect(causes.all_but(&explained));
    edits.extend(rest.finish_rest());

    let mut unclassified: Vec<Locations> =
        unclassified.into_iter().map(|difference| causes.locations(difference)).collect();
    edits.iter_mut().for_each(|edit| determine_positions(edit, comparison));
    unclassified.iter_mut().for_each(|locations| determine(locations, comparison));
    edits.sort_by_key(|edit| edit.locations.newest().map(|location| location.position));
    fold::aliases(&mut edits);
    fold::extractions(&mut edits, comparison.documents);
    Diff { edits, pointers: causes.len(), unclassified }
}

fn determine_positions(edit: &mut Edit, comparison: Comparison<'_>) {
    determine(&mut edit.locations, comparison);
    edit.pointers.iter_mut().for_each(|locations| determine(locations, comparison));
    edit.within.iter_mut().for_each(|edit| determine_positions(edit, comparison));
}

fn determine(locations: &mut Locations, comparison: Comparison<'_>) {
    let Sides { base, revision } = comparison.documents;
    for (location, document) in [(&mut locations.base, base), (&mut locations.revision, revision)] {
        if let Some(location) = location {
            location.position = document.nearest_position(&location.pointer);
        }
    }
}
