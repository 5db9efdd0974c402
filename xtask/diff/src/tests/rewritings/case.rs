//! A random edit and random rewritings of the documents before and after it.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::choice::Choice;
use super::minimal::minimal;
use super::{Rewriting, edits, limits};
use crate::rules::rule_of;
use crate::tests::moves::lines;
use crate::{Change, Diff, Direction, Edit, Level, Reach, ReachedOperation, Side, Sides, compare};
use openapi_fragment::Document;

/// One rewriting of one of the documents, with the seed of its choices.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) side: Side,
    pub(super) rewriting: &'static Rewriting,
    pub(super) seed: u64,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {:?} ({})", self.rewriting.name, self.side, self.seed)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The seed of an edit.
    pub(super) edit: Option<u64>,
    pub(super) steps: Vec<Step>,
}

impl Case {
    /// How the rewritings change the findings, if they do.
    pub(super) fn failure(&self, document: &Value) -> Option<String> {
        let plain = self.edited(document)?;
        let rewritten = self.rewritten(&plain);
        let [plain, rewritten] = [plain, rewritten].map(|pair| pair.map(|value| load(&value)));
        let diffs = [&plain, &rewritten].map(|pair| compare(&pair.base, &pair.revision));
        let reverse = [&plain, &rewritten].map(|pair| compare(&pair.revision, &pair.base));
        [("→", diffs), ("←", reverse)].into_iter().find_map(|(arrow, [plain, rewritten])| {
            let is_same = verdict(&plain) == verdict(&rewritten) && rewritten.unclassified.is_empty();
            (!is_same).then(|| {
                let unclassified = &rewritten.unclassified;
                let (plain, rewritten) = (lines(&plain), lines(&rewritten));
                format!("{arrow} {plain:#?}, rewritten {rewritten:#?}, unclassified {unclassified:?}")
            })
        })
    }

    /// The limit of the comparison that one of the documents reaches.
    pub(super) fn limit(&self, document: &Value) -> Option<&'static str> {
        let plain = self.edited(document)?;
        let rewritten = self.rewritten(&plain);
        let mut documents = [&plain, &rewritten].into_iter().flat_map(|pair| [&pair.base, &pair.revision]);
        limits::of_pair(&plain, &rewritten).or_else(|| documents.find_map(limits::of))
    }

    /// The document before and after the edit; `None` if there is no place for it.
    fn edited(&self, document: &Value) -> Option<Sides<Value>> {
        let mut revision = document.clone();
        let is_edited = self.edit.is_none_or(|seed| edits::edit(&mut revision, &mut Choice::new(seed)));
        is_edited.then(|| Sides::new(document.clone(), revision))
    }

    fn rewritten(&self, plain: &Sides<Value>) -> Sides<Value> {
        Sides::of(|side| {
            let mut value = plain.get(side).clone();
            for step in self.steps.iter().filter(|step| step.side == side) {
                step.rewriting.apply(&mut value, &mut Choice::new(step.seed));
            }
            value
        })
    }

    /// A report of the failure with a minimal document and without the rewritings that are not needed.
    pub(super) fn report(&self, document: &Value) -> String {
        let mut case = self.clone();
        for index in (0..case.steps.len()).rev() {
            let step = case.steps.remove(index);
            if case.failure(document).is_none() {
                case.steps.insert(index, step);
            }
        }
        let Some((document, failure)) =
            minimal(document, |document| case.failure(document).filter(|_| case.limit(document).is_none()))
        else {
            return "it does not fail again".to_owned();
        };
        let plain = case.edited(&document).unwrap_or_else(|| Sides::new(document, Value::Null));
        let rewritten = case.rewritten(&plain);
        let pair = |pair: Sides<Value>| format!("    base     {}\n    revision {}", pair.base, pair.revision);
        let plain = case.edit.map_or_else(String::new, |_| format!("{}\n  rewritten\n", pair(plain)));
        format!("{:?}: {failure}\n{plain}{}", case.steps, pair(rewritten))
    }
}

fn load(value: &Value) -> Document {
    Document::load("rewritten", value.to_string().as_bytes()).expect("JSON is YAML")
}

/// The highest level of each rule for each operation, where it has an effect. Whether two uses of a schema share its text
/// must not change it.
fn verdict(diff: &Diff) -> BTreeMap<(String, String), Level> {
    fn collect(edits: &[Edit], found: &mut BTreeMap<(String, String), Level>) {
        let mut add = |rule: &str, operation: String, level: Level| {
            let known = found.entry((rule.to_owned(), operation)).or_insert(level);
            *known = level.max(*known);
        };
        for edit in edits {
            for finding in &edit.findings {
                let applies =
                    |usage: &&Reach| [Direction::Call, usage.direction].contains(&finding.direction);
                let reach: Vec<&Reach> = edit.reach.iter().filter(applies).collect();
                if reach.is_empty() {
                    add(&finding.rule, String::new(), finding.level);
                }
                for usage in reach {
                    let level = level_for(&usage.operation, edit.change, finding.level);
                    add(&finding.rule, usage.operation.name(), level);
                }
            }
        }
        edits.iter().for_each(|edit| collect(&edit.within, found));
    }
    let mut found = BTreeMap::new();
    collect(&diff.edits, &mut found);
    found.retain(|_, level| *level != Level::None);
    found
}

/// The level for one of the operations. That of the finding is the highest, so it does not depend on whether the operations
/// share the edited text.
fn level_for(operation: &ReachedOperation, change: Change, level: Level) -> Level {
    match level {
        _ if operation.is_unstable => Level::None,
        Level::Breaking if operation.is_deprecated && rule_of(change).is_some_and(|rule| rule.is_removal) => {
            Level::Risky
        }
        level => level,
    }
}
