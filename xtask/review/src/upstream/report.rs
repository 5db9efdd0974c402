//! What `cargo xtask upstream` prints: what asks for a decision first, then what was decided, then what there is besides.

use std::io::{self, Write};

use super::Comparison;
use super::deviations::Deviations;
use crate::Outcome;
use openapi_diff::Edit;
use openapi_fragment::Document;

/// So many operations of a tag are named.
const MAX_OPERATIONS: usize = 20;

/// So many of the other tags are named.
const MAX_TAGS: usize = 8;

/// Differences of one kind, with one reason or none.
struct Alike<'a> {
    first: &'a Edit,
    reason: Option<usize>,
    count: usize,
}

impl Comparison {
    pub(super) fn show(
        &self,
        deviations: &Deviations,
        ours: &Document,
        theirs: &Document,
        out: &mut dyn Write,
    ) -> io::Result<Outcome> {
        let (mut used, mut unexplained) = (vec![false; deviations.len()], self.unclassified.len());
        for edit in &self.edits {
            match deviations.find(edit) {
                Some(index) => used[index] = true,
                None => unexplained += 1,
            }
        }
        let stale: Vec<String> = deviations.unused(&used).collect();
        let all = self.edits.len() + self.unclassified.len();
        writeln!(
            out,
            "{}   {} → ours     {} of our {} operations are published",
            ours.path(),
            theirs.path(),
            self.common,
            self.common + self.unpublished.len()
        )?;
        writeln!(
            out,
            "  differences   {all}, {unexplained} without a reason · {} reasons, {} stale",
            deviations.len(),
            stale.len()
        )?;
        let lacking: usize = self.lacking.values().map(Vec::len).sum();
        let elsewhere: usize = self.elsewhere.values().sum();
        writeln!(
            out,
            "  we lack       {lacking} operations of our tags, {elsewhere} of {} others",
            self.elsewhere.len()
        )?;
        self.undecided(deviations, ours, &stale, out)?;
        self.decided(deviations, ours, out)?;
        self.besides(out)?;
        let refused = unexplained > 0 || !stale.is_empty() || !self.unpublished.is_empty();
        Ok(if refused { Outcome::Rejected } else { Outcome::Passed })
    }

    /// What fails, with what to do.
    fn undecided(
        &self,
        deviations: &Deviations,
        ours: &Document,
        stale: &[String],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let news = self.alike(deviations, |edit| deviations.find(edit).is_none());
        if !news.is_empty() || !self.unclassified.is_empty() {
            writeln!(out, "\nNEWS: change the fragment, or give the reason in spec/deviations.toml")?;
        }
        for group in Group::ALL {
            let news = news.iter().filter(|alike| Group::of(alike.first) == group);
            news.clone().next().map(|_| writeln!(out, "  {}", group.title())).transpose()?;
            news.into_iter().try_for_each(|alike| line(out, alike, ours))?;
        }
        for locations in &self.unclassified {
            let pointer = locations.newest().map_or("", |location| &location.pointer);
            writeln!(out, "  unclassified\n    #{pointer}")?;
        }
        if !self.unpublished.is_empty() {
            writeln!(out, "\nNOT PUBLISHED: remove the operation, or find out what became of it")?;
            self.unpublished.iter().try_for_each(|name| writeln!(out, "    {name}"))?;
        }
        if !stale.is_empty() {
            writeln!(out, "\nSTALE: the published document no longer differs so; remove the reason")?;
            stale.iter().try_for_each(|entry| writeln!(out, "    {entry}"))?;
        }
        Ok(())
    }

    /// What differs on purpose.
    fn decided(&self, deviations: &Deviations, ours: &Document, out: &mut dyn Write) -> io::Result<()> {
        let known = self.alike(deviations, |edit| deviations.find(edit).is_some());
        for group in Group::ALL {
            let known: Vec<_> = known.iter().filter(|alike| Group::of(alike.first) == group).collect();
            let count: usize = known.iter().map(|alike| alike.count).sum();
            if count > 0 {
                writeln!(out, "\non purpose, {}: {count}", group.title())?;
            }
            for alike in known {
                line(out, alike, ours)?;
                let reason = alike.reason.map_or("", |index| deviations.reason(index));
                writeln!(out, "        {reason}")?;
            }
        }
        Ok(())
    }

    /// The operations that we do not have.
    fn besides(&self, out: &mut dyn Write) -> io::Result<()> {
        for (tag, operations) in &self.lacking {
            writeln!(out, "\npublished under {tag}, and not ours: {}", operations.len())?;
            operations.iter().take(MAX_OPERATIONS).try_for_each(|name| writeln!(out, "    {name}"))?;
            if operations.len() > MAX_OPERATIONS {
                writeln!(out, "    and {} more", operations.len() - MAX_OPERATIONS)?;
            }
        }
        if self.elsewhere.is_empty() {
            return Ok(());
        }
        let mut tags: Vec<(&String, &usize)> = self.elsewhere.iter().collect();
        tags.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
        let named: Vec<String> =
            tags.iter().take(MAX_TAGS).map(|(name, count)| format!("{name} {count}")).collect();
        let more = match tags.len().saturating_sub(MAX_TAGS) {
            0 => String::new(),
            more => format!(", and {more} more tags"),
        };
        writeln!(out, "\npublished under other tags: {}{more}", named.join(", "))
    }

    /// The differences that are meant, those of one kind and one reason together.
    fn alike(&self, deviations: &Deviations, is_meant: impl Fn(&Edit) -> bool) -> Vec<Alike<'_>> {
        let mut found: Vec<Alike<'_>> = Vec::new();
        for edit in self.edits.iter().filter(|edit| is_meant(edit)) {
            let reason = deviations.find(edit);
            let of_a_kind = reason.is_some_and(|index| deviations.is_of_a_kind(index));
            let same = |other: &&mut Alike<'_>| {
                (other.first.change, other.reason) == (edit.change, reason)
                    && Group::of(other.first) == Group::of(edit)
                    && (of_a_kind || other.first.detail == edit.detail)
            };
            match found.iter_mut().find(same) {
                Some(alike) => alike.count += 1,
                None => found.push(Alike { first: edit, reason, count: 1 }),
            }
        }
        found
    }
}

/// Who has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Theirs,
    Ours,
    Differs,
}

impl Group {
    const ALL: [Self; 3] = [Self::Theirs, Self::Ours, Self::Differs];

    fn of(edit: &Edit) -> Self {
        match (&edit.before, &edit.after) {
            (Some(_), None) => Self::Theirs,
            (None, Some(_)) => Self::Ours,
            _ => Self::Differs,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Theirs => "they have and we lack",
            Self::Ours => "we have and they lack",
            Self::Differs => "both have, said differently",
        }
    }
}

fn line(
    out: &mut dyn Write,
    Alike { first: edit, count, .. }: &Alike<'_>,
    ours: &Document,
) -> io::Result<()> {
    let pointer = edit.locations.newest().map_or("", |location| &location.pointer);
    let position = ours.nearest_position(pointer);
    let id = edit.change.id();
    let more = if *count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
    writeln!(
        out,
        "    {} {}{more}: {}  [{id}] {}:{}:{}",
        edit.node.kind.name(),
        edit.node.name,
        edit.detail,
        ours.path(),
        position.line,
        position.column
    )
}
