//! Texts that the formats for people have in common.

use crate::Extension;
use crate::report::{EditReport, FindingReport, ReachReport, Report};
use crate::{Direction, Level};

/// The overall verdict in one word.
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

/// The operations that a finding reaches in one way, each once, with their versions if they have any.
pub(super) struct Reached {
    /// `request of `, `response of `, or empty for the operation as a whole.
    pub(super) how: &'static str,
    pub(super) operations: Vec<String>,
}

/// All operations that a finding reaches: first those that clients call, then callbacks and webhooks.
pub(super) fn reached<E: Extension>(edit: &EditReport<E>, direction: Direction) -> Vec<Reached> {
    let reached = |is_callback: bool| {
        let how = match (direction, is_callback) {
            (Direction::Call, false) => "",
            (Direction::Call, true) => "callback ",
            (Direction::Request, false) => "request of ",
            (Direction::Request, true) => "response to callback ",
            (Direction::Response, false) => "response of ",
            (Direction::Response, true) => "request of callback ",
        };
        Reached { how, operations: operations(edit, direction, is_callback) }
    };
    [false, true].map(reached).into_iter().filter(|reached| !reached.operations.is_empty()).collect()
}

fn operations<E: Extension>(edit: &EditReport<E>, direction: Direction, is_callback: bool) -> Vec<String> {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    let counts = |usage: &&ReachReport| {
        usage.callback == is_callback && (direction == Direction::Call || usage.direction == direction)
    };
    for usage in edit.reach.iter().filter(counts) {
        let versions = match found.iter_mut().find(|(name, _)| *name == usage.operation) {
            Some((_, versions)) => versions,
            None => {
                found.push((usage.operation.clone(), Vec::new()));
                let Some((_, versions)) = found.last_mut() else { continue };
                versions
            }
        };
        // Only dates are shown: a plain media type distinguishes nothing.
        let dated = usage.version.as_deref().filter(|version| !version.contains('/'));
        versions.extend(dated.filter(|version| !versions.contains(version)));
    }
    let name = |(name, versions): (String, Vec<&str>)| match versions.as_slice() {
        [] => name,
        versions => format!("{name} ({})", versions.join(", ")),
    };
    found.into_iter().map(name).collect()
}

/// The first operations that a finding reaches, and the number of the others.
pub(super) fn first_of(reached: &[Reached], max: usize) -> String {
    let text = |Reached { how, operations }: &Reached| {
        let named = operations.iter().take(max).cloned().collect::<Vec<_>>().join(", ");
        match operations.len().saturating_sub(max) {
            0 => format!("{how}{named}"),
            more => format!("{how}{named} and {more} more"),
        }
    };
    reached.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// `[rule]`, with the fingerprint if the finding may need an acknowledgement.
pub(super) fn rule(finding: &FindingReport) -> String {
    match finding.level {
        Level::Breaking | Level::Risky => format!("[{} {}]", finding.rule, finding.fingerprint),
        Level::Additive | Level::None => format!("[{}]", finding.rule),
    }
}

/// The reason for which a finding was acknowledged.
pub(super) fn acknowledgement(finding: &FindingReport) -> Option<String> {
    finding.acknowledged.as_ref().map(|reason| format!("acknowledged: {reason}"))
}
