//! Prints the result of `cargo xtask upstream`: first what needs a decision, then the intended differences, then the
//! published operations that the fragment does not have.

use std::io::{self, Write};

use super::Comparison;
use super::deviations::Deviations;
use crate::Outcome;
use openapi_diff::Edit;
use openapi_fragment::{Document, printable};

/// The maximum number of operations that are listed for a tag.
const MAX_OPERATIONS: usize = 20;

/// The maximum number of other tags that are listed.
const MAX_TAGS: usize = 8;

/// Differences of one kind that share a reason, or have none.
struct DifferenceGroup<'a> {
    first: &'a Edit,
    reason: Option<usize>,
    count: usize,
}

impl Comparison {
    pub(super) fn write(
        &self,
        deviations: &Deviations,
        fragment: &Document,
        published: &str,
        out: &mut dyn Write,
    ) -> io::Result<Outcome> {
        let intended: Vec<Option<usize>> = self.edits.iter().map(|edit| deviations.find(edit)).collect();
        let unexplained =
            self.unclassified.len() + intended.iter().filter(|intended| intended.is_none()).count();
        let stale = deviations.stale(&intended);
        let all = self.edits.len() + self.unclassified.len();
        writeln!(
            out,
            "{}   compared with {}     {} of {} operations are published",
            fragment.path(),
            published,
            self.common,
            self.common + self.unpublished.len()
        )?;
        writeln!(
            out,
            "  differences   {all}, {unexplained} without a reason · {} reasons, {} stale differences",
            deviations.reasons().len(),
            stale.len()
        )?;
        let missing: usize = self.missing.values().map(Vec::len).sum();
        let other: usize = self.other_tags.values().sum();
        writeln!(
            out,
            "  not included  {missing} operations with the same tags, {other} with {} other tags",
            self.other_tags.len()
        )?;
        self.write_rejected(deviations, fragment, &stale, out)?;
        self.write_intended(deviations, fragment, out)?;
        self.write_not_included(out)?;
        let rejected = unexplained > 0 || !stale.is_empty() || !self.unpublished.is_empty();
        Ok(if rejected { Outcome::Rejected } else { Outcome::Passed })
    }

    /// What makes the command fail, with how to fix it.
    fn write_rejected(
        &self,
        deviations: &Deviations,
        fragment: &Document,
        stale: &[String],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let unexplained = self.groups(deviations, false);
        if !unexplained.is_empty() || !self.unclassified.is_empty() {
            writeln!(
                out,
                "\nWITHOUT A REASON: change the fragment, or add the reason to spec/deviations.toml"
            )?;
        }
        for presence in Presence::ALL {
            let groups = unexplained.iter().filter(|group| Presence::of(group.first) == presence);
            groups.clone().next().map(|_| writeln!(out, "  {}", presence.title())).transpose()?;
            groups.into_iter().try_for_each(|group| line(out, group, fragment))?;
        }
        for locations in &self.unclassified {
            let pointer = locations.newest().map_or("", |location| &location.pointer);
            writeln!(out, "  unclassified\n    #{}", printable(pointer))?;
        }
        if !self.unpublished.is_empty() {
            writeln!(out, "\nNOT PUBLISHED: remove the operation, or find out what replaced it")?;
            self.unpublished.iter().try_for_each(|name| writeln!(out, "    {name}"))?;
        }
        if !stale.is_empty() {
            writeln!(out, "\nSTALE: there is no such difference; remove it from spec/deviations.toml")?;
            stale.iter().try_for_each(|entry| writeln!(out, "    {entry}"))?;
        }
        Ok(())
    }

    /// The intended differences, with their reasons.
    fn write_intended(
        &self,
        deviations: &Deviations,
        fragment: &Document,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let intended = self.groups(deviations, true);
        for presence in Presence::ALL {
            let groups: Vec<_> =
                intended.iter().filter(|group| Presence::of(group.first) == presence).collect();
            let count: usize = groups.iter().map(|group| group.count).sum();
            if count > 0 {
                writeln!(out, "\nintended, {}: {count}", presence.title())?;
            }
            for group in groups {
                line(out, group, fragment)?;
                let reason = group.reason.map_or("", |index| &deviations.reasons()[index]);
                writeln!(out, "        {reason}")?;
            }
        }
        Ok(())
    }

    /// The published operations that the fragment does not have.
    fn write_not_included(&self, out: &mut dyn Write) -> io::Result<()> {
        for (tag, operations) in &self.missing {
            writeln!(out, "\npublished with the tag {tag}, not included: {}", operations.len())?;
            operations.iter().take(MAX_OPERATIONS).try_for_each(|name| writeln!(out, "    {name}"))?;
            if operations.len() > MAX_OPERATIONS {
                writeln!(out, "    and {} more", operations.len() - MAX_OPERATIONS)?;
            }
        }
        if self.other_tags.is_empty() {
            return Ok(());
        }
        let mut tags: Vec<(&String, &usize)> = self.other_tags.iter().collect();
        tags.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
        let named: Vec<String> =
            tags.iter().take(MAX_TAGS).map(|(name, count)| format!("{name} {count}")).collect();
        let more = match tags.len().saturating_sub(MAX_TAGS) {
            0 => String::new(),
            more => format!(", and {more} more tags"),
        };
        writeln!(out, "\npublished with other tags: {}{more}", named.join(", "))
    }

    /// The differences with a reason, or those without one. Differences of one kind and reason form a group; without a
    /// reason, those of one kind and text.
    fn groups(&self, deviations: &Deviations, have_reason: bool) -> Vec<DifferenceGroup<'_>> {
        let mut groups: Vec<DifferenceGroup<'_>> = Vec::new();
        for edit in &self.edits {
            let reason = deviations.find(edit).map(|index| deviations.get(index).reason);
            if reason.is_some() != have_reason {
                continue;
            }
            let same = |group: &&mut DifferenceGroup<'_>| {
                (group.first.change, group.reason) == (edit.change, reason)
                    && Presence::of(group.first) == Presence::of(edit)
                    && (have_reason || group.first.detail == edit.detail)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.count += 1,
                None => groups.push(DifferenceGroup { first: edit, reason, count: 1 }),
            }
        }
        groups
    }
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

fn line(
    out: &mut dyn Write,
    DifferenceGroup { first: edit, count, .. }: &DifferenceGroup<'_>,
    fragment: &Document,
) -> io::Result<()> {
    let pointer = edit.locations.newest().map_or("", |location| &location.pointer);
    let position = fragment.nearest_position(pointer);
    let id = edit.change.id();
    let more = if *count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
    writeln!(
        out,
        "    {} {}{more}: {}  [{id}] {}:{}:{}",
        edit.node.kind.name(),
        printable(&edit.node.name),
        printable(&edit.detail),
        fragment.path(),
        position.line,
        position.column
    )
}
