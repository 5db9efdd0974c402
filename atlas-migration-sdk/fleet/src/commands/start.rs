//! `start`: adds the migrations of a fleet file to its fleet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::remote::{Remote, RemoteError};
use super::which::DEFAULT_FILE;
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::fleet_file::FleetFile;
use crate::messages::{FleetView, MigrationSpec};
use crate::output::note;

/// How many migrations are added at once.
const BATCH: usize = 50;
/// How many bytes an update may have, at most half of what the server accepts: encryption and encoding need some.
const BATCH_BYTES: usize = 1_000_000;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The fleet file.
    #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
    file: PathBuf,
    /// Start without asking.
    #[arg(short, long)]
    yes: bool,
}

/// What `start` did.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Started {
    pub(crate) fleet: String,
    /// The migrations that were added, by their migration host.
    pub(crate) added: BTreeMap<String, Vec<String>>,
    /// How many migrations of the file the fleet had already.
    pub(crate) unchanged: usize,
    /// The migrations of the fleet that the file does not have. They continue.
    pub(crate) not_in_file: Vec<String>,
}

impl Arguments {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let file = FleetFile::read(&self.file)?;
        let specs = file.specs();
        let remote = Remote::connect_to(context, file.name.clone(), file.key_file.as_deref()).await?;
        let what = format!("the fleet {}", remote.fleet);
        let view = match remote.view().await {
            Ok(view) => view,
            Err(RemoteError::NotFound) => FleetView { fleet: remote.fleet.clone(), ..FleetView::default() },
            Err(error) => return Err(error.failure(&what)),
        };
        let (started, new) = compare(&view, specs)?;
        if !new.is_empty() {
            if context.output.format == crate::output::Format::Table {
                note!("{}", lanes(&started));
            }
            let hosts = started.added.len();
            let step = format!(
                "{} will be added to the fleet {}, on {}. What drops data or cuts over still needs an approval",
                count(new.len(), "migration"),
                remote.fleet,
                count(hosts, "migration host")
            );
            context.confirm(&step, self.yes)?;
            remote.require_worker().await.map_err(|error| error.failure(&what))?;
            remote.start().await.map_err(|error| error.failure(&what))?;
            self.add(context, &remote, new).await?;
        }
        context.output.show(&started, for_people)
    }

    async fn add(&self, context: &Context, remote: &Remote, new: Vec<MigrationSpec>) -> Result<(), Failure> {
        let all = new.len();
        let mut added = 0;
        for batch in batches(new) {
            let unfinished = format!(
                "{added} of {all} migrations were certainly added. Run the command again: it adds those that are missing."
            );
            context.set_unfinished(Some(unfinished.clone()));
            let size = batch.len();
            remote
                .add(batch)
                .await
                .map_err(|error| error.failure(&format!("the fleet {}", remote.fleet)))
                .map_err(|failure| failure.with_unfinished_work(&unfinished))?;
            added += size;
        }
        context.set_unfinished(None);
        Ok(())
    }
}

/// What is new. A plan that differs from that under the same name is refused.
fn compare(view: &FleetView, specs: Vec<MigrationSpec>) -> Result<(Started, Vec<MigrationSpec>), Failure> {
    let is_changed = |spec: &&MigrationSpec| {
        view.ledger.get(&spec.name).is_some_and(|entry| entry.plan_hash != spec.started.plan_hash)
    };
    let changed: Vec<_> = specs.iter().filter(is_changed).map(|spec| spec.name.as_str()).collect();
    if !changed.is_empty() {
        return Err(Failure::new(
            Class::Conflict,
            format!(
                "the fleet {} has these migrations with other plans: {}. A plan cannot be changed once it was added. Restore \
                 the plan, or abandon the migration, if it has not ended, and add the changed plan under another name",
                view.fleet,
                changed.join(", ")
            ),
        ));
    }
    let names: BTreeSet<_> = specs.iter().map(|spec| spec.name.clone()).collect();
    let not_in_file = view.ledger.keys().filter(|name| !names.contains(*name)).cloned().collect();
    let (known, new): (Vec<_>, Vec<_>) =
        specs.into_iter().partition(|spec| view.ledger.contains_key(&spec.name));
    let mut added: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for spec in &new {
        added.entry(spec.host().to_owned()).or_default().push(spec.name.clone());
    }
    Ok((Started { fleet: view.fleet.clone(), added, unchanged: known.len(), not_in_file }, new))
}

/// The migrations in requests that the server accepts.
fn batches(specs: Vec<MigrationSpec>) -> Vec<Vec<MigrationSpec>> {
    let mut batches: Vec<Vec<MigrationSpec>> = Vec::new();
    let mut bytes = 0;
    for spec in specs {
        let size = serde_json::to_vec(&spec).map_or(0, |json| json.len());
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + size <= BATCH_BYTES => {
                batch.push(spec);
                bytes += size;
            }
            _ => {
                batches.push(vec![spec]);
                bytes = size;
            }
        }
    }
    batches
}

fn lanes(started: &Started) -> String {
    let rows = started.added.iter().map(|(host, names)| [host.clone(), names.join(", ")]);
    crate::output::table(&["LANE", "NEW MIGRATIONS, IN THEIR ORDER"], rows, "")
}

fn for_people(started: &Started) -> String {
    let Started { fleet, added, unchanged, not_in_file } = started;
    let new: usize = added.values().map(Vec::len).sum();
    let mut text = match new {
        0 => format!("Nothing is new: the fleet {fleet} has all {}.", count(*unchanged, "migration")),
        _ => format!("Added {} to the fleet {fleet}.", count(new, "migration")),
    };
    if !not_in_file.is_empty() {
        text += &format!("\nThe file does not have these, which continue: {}.", not_in_file.join(", "));
    }
    if *unchanged > 0 {
        text += "\nWhat the file changes for migrations that were added before (approvers, windows, intervals) does not \
                 reach them.";
    }
    text += &format!("\nNext: `atlas-migration-fleet status --fleet {fleet} --watch`; workers must run.");
    text
}

pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::fixtures::{entry, spec};
    use crate::messages::LedgerState;

    #[test]
    fn what_is_new() {
        let mut view = FleetView { fleet: "f".to_owned(), ..FleetView::default() };
        let specs = vec![spec("a", "host1"), spec("b", "host1"), spec("c", "host2")];
        let (started, new) = compare(&view, specs.clone()).unwrap();
        assert_eq!(new.len(), 3);
        assert_eq!(started.added["host1"], ["a", "b"]);
        for spec in &specs[..2] {
            view.ledger.insert(spec.name.clone(), entry(spec, LedgerState::Queued));
        }
        view.ledger.insert("old".to_owned(), entry(&specs[0], LedgerState::Running));
        let (started, new) = compare(&view, specs.clone()).unwrap();
        assert_eq!(new, specs[2..]);
        assert_eq!((started.unchanged, started.not_in_file.as_slice()), (2, &["old".to_owned()][..]));
        let text = for_people(&started);
        assert!(text.starts_with("Added 1 migration to the fleet f"), "{text}");
        assert!(text.contains("does not have these, which continue: old"), "{text}");
    }

    #[test]
    fn a_changed_plan_is_refused() {
        let (before, after) = (spec("a", "host1"), spec("a", "host2"));
        let mut view = FleetView { fleet: "f".to_owned(), ..FleetView::default() };
        view.ledger.insert("a".to_owned(), entry(&before, LedgerState::Queued));
        let failure = compare(&view, vec![after]).unwrap_err();
        assert_eq!(failure.class(), Class::Conflict);
        assert!(failure.to_string().contains("under another name"), "{failure}");
    }

    #[test]
    fn batches_are_limited_in_number_and_bytes() {
        let mut specs: Vec<_> = (0..120).map(|number| spec(&format!("m{number}"), "host1")).collect();
        let sizes: Vec<_> = batches(specs.clone()).iter().map(Vec::len).collect();
        assert_eq!(sizes, [50, 50, 20]);
        for spec in &mut specs[..4] {
            spec.approvers = vec!["x".repeat(400_000)];
        }
        let sizes: Vec<_> = batches(specs[..6].to_vec()).iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 4]);
        assert!(batches(Vec::new()).is_empty());
    }
}
