//! Which of two edits a change comes from, held against what each edit does alone.

use std::collections::BTreeSet;

use super::edits::replace;
use super::*;
use crate::rust::cause::{Causes, leaves};
use openapi_diff::{Location, Locations, Side};
use openapi_fragment::Position;

/// The edits are paired with those so far down the table: not with a neighbour, which is likely an edit of the same
/// thing.
const DISTANCE: usize = 9;

/// Every how manieth edit is paired, which reaches each edit: the distance is odd.
const STEP: usize = 2;

#[test]
fn each_edit_has_its_own_changes() {
    let (mut compared, mut pairs) = (0, 0);
    for (index, first) in ALONE.iter().enumerate().step_by(STEP) {
        let second = &ALONE[(index + DISTANCE) % ALONE.len()];
        pairs += 1;
        compared += usize::from(pair(first, second));
    }
    assert!(compared * 10 >= pairs * 8, "only {compared} of {pairs} pairs could be compared");
}

/// Whether the two could be compared: not where they edit one place, or meet in one item and make of it what neither
/// does alone.
#[track_caller]
fn pair(first: &Alone, second: &Alone) -> bool {
    let mut edits = first.case.edit.iter().chain(second.case.edit);
    let both = edits.try_fold(WORLD.text.clone(), |text, (from, to)| replace(&text, from, to));
    let Some(both) = both else { return false };
    let revision = document(&both);
    let Ok(after) = public_api(&revision, &WORLD.surface) else { return false };
    let outcome = Outcome::of(&after);
    let alone = [first, second].map(|alone| lines(&alone.outcome));
    if lines(&outcome) != alone[0].union(&alone[1]).cloned().collect() {
        return false;
    }
    let causes = Causes::new(&BEFORE, &after);
    let pointers = [first, second].map(|alone| pointers(&alone.after));
    let pointers: Vec<&[Locations]> = pointers.iter().map(Vec::as_slice).collect();
    let subjects = outcome.changes.iter().map(|change| (&change.subject, change.to_string()));
    let runtime = outcome.runtime.iter().map(|change| (&change.subject, change.text.clone()));
    for (subject, line) in subjects.chain(runtime) {
        let expected: Vec<usize> = (0..2).filter(|index| alone[*index].contains(&line)).collect();
        let names = (first.case.name, second.case.name);
        assert_eq!(causes.edits(subject, &pointers), expected, "{names:?}: {line}");
    }
    true
}

/// What an edit explains: every place that differs.
fn pointers(after: &Api<'_>) -> Vec<Locations> {
    let places = leaves(&WORLD.base.value, &after.document.value).into_iter().map(|leaf| {
        let location = Some(Location { pointer: leaf.pointer, position: Position::START });
        match leaf.side {
            Side::Base => Locations { base: location, revision: None },
            Side::Revision => Locations { base: None, revision: location },
        }
    });
    places.collect()
}

fn lines(outcome: &Outcome) -> BTreeSet<String> {
    let changes = outcome.changes.iter().map(ToString::to_string);
    changes.chain(outcome.runtime.iter().map(|change| change.text.clone())).collect()
}
