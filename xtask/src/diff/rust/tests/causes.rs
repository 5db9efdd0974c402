//! Which of two edits a change comes from, held against what each edit does alone.

use std::collections::BTreeSet;

use super::edits::EDITS;
use super::*;
use crate::diff::rust::cause::{Causes, Side, leaves};
use crate::diff::{Site, Sites};
use crate::spec::Position;

/// The edits are paired with those so far down the table: each twice, and not with a neighbour, which is likely an
/// edit of the same thing.
const DISTANCE: usize = 9;

#[test]
fn each_edit_has_its_own_changes() {
    let (text, surface) = (fragment(), Surface::read(&sources()).unwrap());
    let base = document(&text);
    let before = api(&base, &surface, "the fragment");
    let alone: Vec<Alone> = EDITS.iter().map(|case| Alone::new(case, &text, &before, &surface)).collect();
    let mut compared = 0;
    for (index, one) in EDITS.iter().enumerate() {
        let other = (index + DISTANCE) % EDITS.len();
        let (first, second) = (&alone[index], &alone[other]);
        let both = one.edit.iter().chain(EDITS[other].edit).try_fold(text.clone(), |text, (from, to)| {
            text.contains(from).then(|| text.replace(from, to))
        });
        // Where the second no longer finds its text, the two are edits of one place.
        let Some(both) = both else { continue };
        let revision = document(&both);
        let Ok(after) = public_api(&revision, &surface) else { continue };
        let outcome = outcome(&before, &after);
        if lines(&outcome) != first.lines.union(&second.lines).cloned().collect() {
            // They meet in one item, and make of it what neither does alone.
            continue;
        }
        compared += 1;
        let names = (one.name, EDITS[other].name);
        let causes = Causes::new(&before, &after);
        let pointers = [first.pointers.as_slice(), second.pointers.as_slice()];
        let subjects = outcome.changes.iter().map(|change| (&change.subject, change.to_string()));
        let runtime = outcome.runtime.iter().map(|change| (&change.subject, change.text.clone()));
        for (subject, line) in subjects.chain(runtime) {
            let expected: Vec<usize> =
                (0..2).filter(|index| [first, second][*index].lines.contains(&line)).collect();
            assert_eq!(causes.edits(subject, &pointers), expected, "{names:?}: {line}");
        }
    }
    assert!(compared * 10 >= EDITS.len() * 8, "only {compared} pairs could be compared");
}

/// An edit by itself.
struct Alone {
    lines: BTreeSet<String>,
    pointers: Vec<Sites>,
}

impl Alone {
    fn new(case: &Case, text: &str, before: &Api<'_>, surface: &Surface) -> Self {
        let revision = document(&case.apply(text));
        let after = api(&revision, surface, case.name);
        let pointers = leaves(&before.document.value, &revision.value).into_iter().map(|leaf| {
            let site = Some(Site { pointer: leaf.pointer, position: Position::START });
            match leaf.side {
                Side::Base => Sites { base: site, revision: None },
                Side::Revision => Sites { base: None, revision: site },
            }
        });
        Self { lines: lines(&outcome(before, &after)), pointers: pointers.collect() }
    }
}

fn lines(outcome: &Outcome) -> BTreeSet<String> {
    let changes = outcome.changes.iter().map(ToString::to_string);
    changes.chain(outcome.runtime.iter().map(|change| change.text.clone())).collect()
}
