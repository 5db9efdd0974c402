//! Makes the report of a diff.

use std::collections::BTreeSet;

use super::{Counts, EditReport, FindingReport, LocationReport, Names, ReachReport, Report};
use crate::acknowledged::Acknowledgements;
use crate::extension::Extension;
use crate::fingerprint::fingerprint;
use crate::{Diff, Edit, Level, Location, Locations, rules};
use openapi_fragment::{Document, Position};

impl<E: Extension> Report<E> {
    /// Makes the report of a diff; `revision` is the newer of the two documents.
    #[must_use]
    pub fn new(names: Names, diff: &Diff, revision: &Document, acknowledged: &Acknowledgements) -> Self {
        let mut used = BTreeSet::new();
        let edits: Vec<EditReport<E>> = diff
            .edits
            .iter()
            .map(|edit| EditReport::new(edit, revision, acknowledged, &mut used, None))
            .collect();
        let unclassified: Vec<_> = diff.unclassified.iter().filter_map(unclassified).collect();
        let mut counts = Counts { unclassified: unclassified.len(), ..Counts::default() };
        edits.iter().for_each(|edit| counts.add(edit.level));
        let floor = if unclassified.is_empty() { Level::None } else { Level::Risky };
        Self {
            file: names.file,
            base: names.base,
            base_file: names.base_file,
            revision: names.revision,
            http: edits.iter().map(|edit| edit.level).fold(floor, Level::max),
            counts,
            pointers: diff.pointers,
            explained: diff.pointers.saturating_sub(diff.unclassified.len()),
            extension: E::OfReport::default(),
            edits,
            unclassified,
            stale: acknowledged.stale(&used),
        }
    }
}

impl Counts {
    fn add(&mut self, level: Level) {
        *match level {
            Level::Breaking => &mut self.breaking,
            Level::Risky => &mut self.risky,
            Level::Additive => &mut self.additive,
            Level::None => &mut self.none,
        } += 1;
    }
}

impl<E: Extension> EditReport<E> {
    fn new(
        edit: &Edit,
        revision: &Document,
        acknowledged: &Acknowledgements,
        used: &mut BTreeSet<String>,
        around: Option<Position>,
    ) -> Self {
        let position = match (&edit.locations.revision, &edit.locations.base, around) {
            (Some(location), ..) => location.position,
            // A removal in the target of a reference has the position of the reference.
            (None, _, Some(around)) => around,
            // Any other removal has the position of the closest node that still exists.
            (None, location, None) => {
                revision.nearest_position(location.as_ref().map_or("", |location| &location.pointer))
            }
        };
        let rule = rules::rule_of(edit.change);
        let findings = edit.findings.iter().map(|finding| {
            let effect = rule.and_then(|rule| rule.effect(finding.direction));
            let fingerprint = fingerprint(&finding.rule, edit);
            let reason = acknowledged.reason(&fingerprint);
            if reason.is_some() {
                used.insert(fingerprint.clone());
            }
            FindingReport {
                rule: finding.rule.clone(),
                direction: finding.direction,
                level: finding.level,
                reason: finding.because.or(effect.map(|effect| effect.reason)).unwrap_or_default().to_owned(),
                fingerprint,
                acknowledged: reason.map(str::to_owned),
            }
        });
        let findings = findings.collect();
        let within = edit.within.iter();
        let within =
            within.map(|edit| Self::new(edit, revision, acknowledged, used, Some(position))).collect();
        Self {
            kind: edit.node.kind.name(),
            name: edit.node.name.clone(),
            change: edit.change.id(),
            detail: edit.detail.clone(),
            level: edit.level(),
            base: edit.locations.base.as_ref().map(location_report),
            revision: edit.locations.revision.as_ref().map(location_report),
            line: position.line,
            column: position.column,
            before: edit.before.clone(),
            after: edit.after.clone(),
            findings,
            reach: reach(edit),
            within,
            pointers: edit.pointers.len(),
            extension: E::OfEdit::default(),
        }
    }
}

fn unclassified(locations: &Locations) -> Option<LocationReport> {
    let side = if locations.revision.is_some() { "revision" } else { "base" };
    locations.newest().map(|location| LocationReport { side: Some(side), ..location_report(location) })
}

fn location_report(location: &Location) -> LocationReport {
    LocationReport {
        side: None,
        pointer: location.pointer.clone(),
        line: location.position.line,
        column: location.position.column,
    }
}

fn reach(edit: &Edit) -> Vec<ReachReport> {
    let mut reach: Vec<_> = edit
        .reach
        .iter()
        .map(|usage| ReachReport {
            operation: usage.operation.name(),
            method: usage.operation.method.clone(),
            path: usage.operation.path.clone(),
            direction: usage.direction,
            part: usage.part,
            version: usage.version.as_deref().map(str::to_owned),
            callback: usage.operation.is_callback,
        })
        .collect();
    reach.sort();
    reach.dedup();
    reach
}
