//! Attributes the changes of two edits, and compares the result with the effect of each edit alone.

use std::collections::BTreeSet;

use super::edits::replace;
use super::*;
use crate::rust::cause::{Causes, differences};
use openapi_diff::{Location, Locations, Side};
use openapi_fragment::Position;

/// Each edit is paired with the one at this distance in the table. Neighbours likely edit the same item.
const DISTANCE: usize = 9;

/// Only every second edit is the first of a pair. Each edit is still in a pair, because the distance is odd.
const STEP: usize = 2;

#[test]
fn each_change_is_attributed_to_its_own_edit() {
    let (mut compared, mut pairs) = (0, 0);
    for (index, first) in SINGLE_EDITS.iter().enumerate().step_by(STEP) {
        let second = &SINGLE_EDITS[(index + DISTANCE) % SINGLE_EDITS.len()];
        pairs += 1;
        compared += usize::from(pair(first, second));
    }
    assert!(compared * 10 >= pairs * 8, "only {compared} of {pairs} pairs could be compared");
}

/// Checks a pair. Returns false if the two edits cannot be compared: they edit the same text, or together they have an
/// effect that neither has alone.
#[track_caller]
fn pair(first: &SingleEdit, second: &SingleEdit) -> bool {
    let mut edits = first.case.edit.iter().chain(second.case.edit);
    let both = edits.try_fold(CURRENT.text.clone(), |text, (from, to)| replace(&text, from, to));
    let Some(both) = both else { return false };
    let revision = document(&both);
    let Ok(after) = public_api(&revision, &CURRENT.surface) else { return false };
    let changes = Changes::of(&after);
    let alone = [first, second].map(|edit| lines(&edit.changes));
    if lines(&changes) != alone[0].union(&alone[1]).cloned().collect() {
        return false;
    }
    let causes = Causes::new(&BEFORE, &after);
    let pointers = [first, second].map(|edit| pointers(&edit.after));
    let pointers: Vec<&[Locations]> = pointers.iter().map(Vec::as_slice).collect();
    let subjects = changes.api.iter().map(|change| (&change.subject, change.to_string()));
    let runtime = changes.runtime.iter().map(|change| (&change.subject, change.text.clone()));
    for (subject, line) in subjects.chain(runtime) {
        let expected: Vec<usize> = (0..2).filter(|index| alone[*index].contains(&line)).collect();
        let names = (first.case.name, second.case.name);
        assert_eq!(causes.edits(subject, &pointers), expected, "{names:?}: {line}");
    }
    true
}

/// The pointers that an edit explains: every difference from the base.
fn pointers(after: &Api<'_>) -> Vec<Locations> {
    let locations = differences(&CURRENT.base.value, &after.document.value).into_iter().map(|difference| {
        let location = Some(Location { pointer: difference.pointer, position: Position::START });
        match difference.side {
            Side::Base => Locations { base: location, revision: None },
            Side::Revision => Locations { base: None, revision: location },
        }
    });
    locations.collect()
}

fn lines(changes: &Changes) -> BTreeSet<String> {
    let api = changes.api.iter().map(ToString::to_string);
    api.chain(changes.runtime.iter().map(|change| change.text.clone())).collect()
}
