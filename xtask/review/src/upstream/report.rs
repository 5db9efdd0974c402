//! Prints the result of `cargo xtask upstream`: first what needs a decision, then the intended differences, then the
//! published operations that the fragment does not have.

use std::io::{self, Write};

use super::Comparison;
use super::deviations::Deviations;
use super::projection::Coverage;
use crate::Outcome;
use openapi_diff::Edit;
use openapi_fragment::{Document, Position, printable};

/// The maximum number of operations that are listed for a tag.
const MAX_OPERATIONS: usize = 20;

/// The maximum number of other tags that are listed.
const MAX_TAGS: usize = 8;

/// A comparison with the reasons for its differences.
pub(super) struct Report<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) deviations: &'a Deviations,
    pub(super) fragment: &'a Document,
}

/// Differences of one kind that share a reason, or have none.
struct DifferenceGroup<'a> {
    first: &'a Edit,
    presence: Presence,
    reason: Option<&'a str>,
    count: usize,
}

impl Report<'_> {
    pub(super) fn write(&self, published: &str, out: &mut dyn Write) -> io::Result<Outcome> {
        let Comparison { edits, unclassified, coverage } = self.comparison;
        let Coverage { missing, other_tags, unpublished, unknown_names, common } = coverage;
        let intended: Vec<Option<usize>> = edits.iter().map(|edit| self.deviations.find(edit)).collect();
        let unexplained = unclassified.len() + intended.iter().filter(|intended| intended.is_none()).count();
        let stale = self.deviations.stale(&intended);
        writeln!(
            out,
            "{}   compared with {published}     {common} of {} operations are published",
            self.fragment.path(),
            common + unpublished.len()
        )?;
        writeln!(
            out,
            "  differences   {}, {unexplained} without a reason · {} reasons, {} stale differences",
            edits.len() + unclassified.len(),
            self.deviations.reasons,
            stale.len()
        )?;
        writeln!(
            out,
            "  not included  {} operations with the same tags, {} with {} other tags",
            missing.values().map(Vec::len).sum::<usize>(),
            other_tags.values().sum::<usize>(),
            other_tags.len()
        )?;
        self.write_rejected(&stale, out)?;
        self.write_intended(out)?;
        write_not_included(coverage, out)?;
        let rejected =
            unexplained > 0 || !stale.is_empty() || !unpublished.is_empty() || !unknown_names.is_empty();
        Ok(if rejected { Outcome::Rejected } else { Outcome::Passed })
    }

    /// What makes the command fail, with how to fix it.
    fn write_rejected(&self, stale: &[String], out: &mut dyn Write) -> io::Result<()> {
        let Comparison { unclassified, coverage, .. } = self.comparison;
        let unexplained = self.groups(false);
        if !unexplained.is_empty() || !unclassified.is_empty() {
            writeln!(
                out,
                "\nWITHOUT A REASON: change the fragment, or add the reason to spec/deviations.toml"
            )?;
        }
        for presence in Presence::ALL {
            let groups = unexplained.iter().filter(|group| group.presence == presence);
            groups.clone().next().map(|_| writeln!(out, "  {}", presence.title())).transpose()?;
            groups.into_iter().try_for_each(|group| self.line(out, group))?;
        }
        for locations in unclassified {
            let pointer = locations.newest().map_or("", |location| &location.pointer);
            writeln!(out, "  unclassified\n    #{}", printable(pointer))?;
        }
        for (title, entries) in [
            ("NOT PUBLISHED: remove the operation, or find out what replaced it", &coverage.unpublished[..]),
            ("NAMES THAT ARE NOT PUBLISHED: correct them in the fragment", &coverage.unknown_names[..]),
            ("STALE: there is no such difference; remove it from spec/deviations.toml", stale),
        ] {
            if !entries.is_empty() {
                writeln!(out, "\n{title}\n    {}", entries.join("\n    "))?;
            }
        }
        Ok(())
    }

    /// The intended differences, with their reasons.
    fn write_intended(&self, out: &mut dyn Write) -> io::Result<()> {
        let intended = self.groups(true);
        for presence in Presence::ALL {
            let groups: Vec<_> = intended.iter().filter(|group| group.presence == presence).collect();
            let count: usize = groups.iter().map(|group| group.count).sum();
            if count > 0 {
                writeln!(out, "\nintended, {}: {count}", presence.title())?;
            }
            for group in groups {
                self.line(out, group)?;
                writeln!(out, "        {}", group.reason.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// The differences with a reason, or those without one. Differences of one kind and reason form a group; without a
    /// reason, those of one kind and text.
    fn groups(&self, have_reason: bool) -> Vec<DifferenceGroup<'_>> {
        let mut groups: Vec<DifferenceGroup<'_>> = Vec::new();
        for edit in &self.comparison.edits {
            let reason = self.deviations.find(edit).map(|index| self.deviations.reason(index));
            if reason.is_some() != have_reason {
                continue;
            }
            let presence = Presence::of(edit);
            let same = |group: &&mut DifferenceGroup<'_>| {
                (group.first.change, group.presence, group.reason) == (edit.change, presence, reason)
                    && (have_reason || group.first.detail == edit.detail)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.count += 1,
                None => groups.push(DifferenceGroup { first: edit, presence, reason, count: 1 }),
            }
        }
        groups
    }

    fn line(&self, out: &mut dyn Write, group: &DifferenceGroup<'_>) -> io::Result<()> {
        let DifferenceGroup { first: edit, count, .. } = group;
        let pointer = edit.locations.newest().map_or("", |location| &location.pointer);
        let position = self.fragment.nearest_position(pointer);
        let more = if *count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
        let text = describe(edit, &more, edit.change.id(), self.fragment.path(), position);
        writeln!(out, "    {text}")
    }
}

/// `schema Thing (note): detail  [rules] api.yaml:5:3`
pub(super) fn describe(edit: &Edit, note: &str, rules: &str, path: &str, position: Position) -> String {
    let (kind, name, detail) = (edit.node.kind.name(), printable(&edit.node.name), printable(&edit.detail));
    format!("{kind} {name}{note}: {detail}  [{rules}] {path}:{position}")
}

/// The published operations that the fragment does not have.
fn write_not_included(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    for (tag, operations) in &coverage.missing {
        writeln!(out, "\npublished with the tag {tag}, not included: {}", operations.len())?;
        operations.iter().take(MAX_OPERATIONS).try_for_each(|name| writeln!(out, "    {name}"))?;
        if operations.len() > MAX_OPERATIONS {
            writeln!(out, "    and {} more", operations.len() - MAX_OPERATIONS)?;
        }
    }
    let mut tags: Vec<(&String, &usize)> = coverage.other_tags.iter().collect();
    if tags.is_empty() {
        return Ok(());
    }
    tags.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let named: Vec<String> =
        tags.iter().take(MAX_TAGS).map(|(name, count)| format!("{name} {count}")).collect();
    let more = match tags.len().saturating_sub(MAX_TAGS) {
        0 => String::new(),
        more => format!(", and {more} more tags"),
    };
    writeln!(out, "\npublished with other tags: {}{more}", named.join(", "))
}

/// The document that has the part which differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Published,
    Fragment,
    Both,
}

impl Presence {
    const ALL: [Self; 3] = [Self::Published, Self::Fragment, Self::Both];

    fn of(edit: &Edit) -> Self {
        match (&edit.before, &edit.after) {
            (Some(_), None) => Self::Published,
            (None, Some(_)) => Self::Fragment,
            _ => Self::Both,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Published => "only in the published document",
            Self::Fragment => "only in the fragment",
            Self::Both => "different in the two documents",
        }
    }
}
