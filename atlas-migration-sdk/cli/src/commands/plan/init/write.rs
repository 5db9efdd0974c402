//! The file of a new plan, with comments in TOML.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use atlas_migration_sdk::MigrationPlan;
use toml_edit::DocumentMut;

use crate::commands::plan::file::is_json;
use crate::failure::{Class, Failure};

/// The comment above each field, by its table and name.
const COMMENTS: [(&str, &str, &str); 9] = [
    (
        "",
        "migration_host",
        "The dedicated host that runs the migration. It must not be a member of the source.",
    ),
    ("", "drop_destination_data", "Atlas drops the data of the destination cluster before it copies."),
    ("source", "project", "The project in Cloud Manager or Ops Manager."),
    (
        "source",
        "username",
        "The password is no part of a plan: MONGODB_ATLAS_SOURCE_PASSWORD, or a question.",
    ),
    ("source", "tls", "Whether the migration host connects to the source with TLS."),
    ("source", "certificate_authority", "A path on the migration host."),
    ("destination", "cluster", "A cluster of the Atlas project that runs the plan. It must exist."),
    ("destination", "reach", "public, vpc-peering, or private-link with private_link_id."),
    ("destination", "private_link_id", "The id of the private endpoint."),
];

const HEADER: &str = "# The plan of a live migration. `atlas-migration plan check` shows what will not work before anything runs.\n\n";

/// The end of the file: a sample of what Atlas does not list.
const SHARDING: &str = r#"
# Collections to shard, if a replica set moves to a sharded cluster:
#
# [sharding]
# create_supporting_indexes = true
#
# [[sharding.collections]]
# database = "shop"
# collection = "orders"
# key = [{ customer = "hashed" }, { day = 1 }]
"#;

/// Writes the plan. Without `replace`, an existing file is left as it is.
pub(super) fn write(path: &Path, plan: &MigrationPlan, replace: bool) -> Result<(), Failure> {
    let text = if is_json(path) { plan.to_json() + "\n" } else { toml(plan)? };
    open(path, replace).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let class = match error.kind() {
            io::ErrorKind::AlreadyExists => Class::Conflict,
            _ => Class::Other,
        };
        Failure::new(class, format!("{}: the plan cannot be written: {error}", path.display()))
    })
}

fn open(path: &Path, replace: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    if replace {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    options.open(path)
}

fn toml(plan: &MigrationPlan) -> Result<String, Failure> {
    let text = plan.to_toml()?;
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error| Failure::other(format!("the plan cannot be written as TOML: {error}")))?;
    for (table, name, comment) in COMMENTS {
        let table = match table {
            "" => Some(document.as_table_mut()),
            table => document.get_mut(table).and_then(|item| item.as_table_mut()),
        };
        if let Some(mut key) = table.and_then(|table| table.key_mut(name)) {
            key.leaf_decor_mut().set_prefix(format!("# {comment}\n"));
        }
    }
    Ok(format!("{HEADER}{document}{SHARDING}"))
}

#[cfg(test)]
mod tests {
    use atlas_migration_sdk::ShardKeyOrder;
    use atlas_migration_sdk::plan::{Destination, ShardedCollection, Source};

    use super::*;

    fn plan() -> MigrationPlan {
        let source =
            Source::with_username("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "a\nreach = 1", "migrator");
        let destination = Destination::private_link("orders", "vpce-1");
        MigrationPlan::new(source.certificate_authority("/ca.pem"), destination, "host")
            .drop_destination_data(true)
    }

    #[test]
    fn the_comments_change_nothing() {
        let text = toml(&plan()).unwrap();
        assert_eq!(MigrationPlan::from_toml(&text).unwrap(), plan());
        for (_, name, comment) in COMMENTS {
            assert!(text.contains(&format!("# {comment}\n{name} = ")), "{name} in {text}");
        }
    }

    #[test]
    fn the_sample_of_sharding_can_be_used() {
        let text = toml(&plan()).unwrap();
        let (before, sample) = text.split_once("sharded cluster:\n").unwrap();
        let sample: Vec<_> = sample.lines().map(|line| line.trim_start_matches('#').trim_start()).collect();
        let used = MigrationPlan::from_toml(&format!("{before}\n{}", sample.join("\n"))).unwrap();
        let key = [("customer", ShardKeyOrder::Hashed), ("day", ShardKeyOrder::Ascending)];
        let sharded = ShardedCollection::new("shop", "orders", key);
        assert_eq!(used, plan().create_supporting_indexes(true).shard(sharded));
    }

    #[test]
    fn an_existing_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        std::fs::write(&path, "a plan that is longer than the new one".repeat(40)).unwrap();
        assert_eq!(write(&path, &plan(), false).unwrap_err().class(), Class::Conflict);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("a plan"));
        write(&path, &plan(), true).unwrap();
        assert_eq!(MigrationPlan::from_json(&std::fs::read_to_string(&path).unwrap()).unwrap(), plan());
    }
}
