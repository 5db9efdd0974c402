//! What the formats for people have in common.

use crate::Extension;
use crate::report::{EditReport, FindingReport, ReachReport, Report};
use crate::{Direction, Level};

/// Whether clients go on, in one word.
pub(super) fn verdict(level: Level) -> &'static str {
    match level {
        Level::Breaking => "BREAKING",
        Level::Risky => "risky",
        Level::Additive | Level::None => "compatible",
    }
}

/// `5 edits, 41 pointers changed, 41 explained`
pub(super) fn totals<E: Extension>(report: &Report<E>) -> String {
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "{}, {} changed, {} explained",
        count(report.edits.len(), "edit"),
        count(report.pointers, "pointer"),
        report.explained
    )
}

/// Operations that a finding reaches, each once, with the versions where they are known, and how it reaches them.
pub(super) struct Reached {
    /// `reply of `, `request of `, or nothing for the operation as such.
    pub(super) how: &'static str,
    pub(super) operations: Vec<String>,
}

/// Every operation that a finding reaches: first those that clients call, then those by which the server calls back.
pub(super) fn reached<E: Extension>(edit: &EditReport<E>, direction: Direction) -> Vec<Reached> {
    let reached = |call_back: bool| {
        let how = match (direction, call_back) {
            (Direction::Call, false) => "",
            (Direction::Call, true) => "call back ",
            (Direction::Request, false) => "request of ",
            (Direction::Request, true) => "answer to the call back ",
            (Direction::Reply, false) => "reply of ",
            (Direction::Reply, true) => "sent with the call back ",
        };
        Reached { how, operations: operations(edit, direction, call_back) }
    };
    [false, true].map(reached).into_iter().filter(|reached| !reached.operations.is_empty()).collect()
}

fn operations<E: Extension>(edit: &EditReport<E>, direction: Direction, call_back: bool) -> Vec<String> {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    let counts = |way: &&ReachReport| {
        way.call_back == call_back && (direction == Direction::Call || way.direction == direction)
    };
    for way in edit.reach.iter().filter(counts) {
        let versions = match found.iter_mut().find(|(name, _)| *name == way.operation) {
            Some((_, versions)) => versions,
            None => {
                found.push((way.operation.clone(), Vec::new()));
                let Some((_, versions)) = found.last_mut() else { continue };
                versions
            }
        };
        // A media type that is no version says nothing here.
        let dated = way.version.as_deref().filter(|version| !version.contains('/'));
        versions.extend(dated.filter(|version| !versions.contains(version)));
    }
    let name = |(name, versions): (String, Vec<&str>)| match versions.as_slice() {
        [] => name,
        versions => format!("{name} ({})", versions.join(", ")),
    };
    found.into_iter().map(name).collect()
}

/// The first few of what a finding reaches, and how many more there are.
pub(super) fn first_of(reached: &[Reached], most: usize) -> String {
    let text = |Reached { how, operations }: &Reached| {
        let named = operations.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
        match operations.len().saturating_sub(most) {
            0 => format!("{how}{named}"),
            more => format!("{how}{named} and {more} more"),
        }
    };
    reached.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// `[rule]`, for `--explain`; with the fingerprint where somebody may want to acknowledge it.
pub(super) fn rule(finding: &FindingReport) -> String {
    match finding.level {
        Level::Breaking | Level::Risky => format!("[{} {}]", finding.rule, finding.fingerprint),
        Level::Additive | Level::None => format!("[{}]", finding.rule),
    }
}

/// What was written down about a finding.
pub(super) fn acknowledgement(finding: &FindingReport) -> Option<String> {
    finding.acknowledged.as_ref().map(|reason| format!("acknowledged: {reason}"))
}
