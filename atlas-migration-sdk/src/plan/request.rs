//! Plans as request bodies of the version 2024-05-30, and their validation before sending.

use std::collections::{BTreeMap, BTreeSet};

use super::{Authentication, MigrationPlan, PASSWORD_VARIABLE, Reach, ShardedCollection, Tls};
use crate::error::{Error, Result, printable};
use crate::generated::ids::ProjectId;
use crate::generated::models::{
    HostnameSchemaType, MigrationDestination, MigrationRequest, MigrationSharding, MigrationSource, ShardKey,
    ShardKeyField, ShardingEntry,
};

impl MigrationPlan {
    /// The body of a request for this plan and this project.
    pub(crate) fn to_request(&self, project: ProjectId) -> Result<MigrationRequest> {
        self.check_contents()?;
        self.check_password()?;
        let (username, password) = match &self.source.authentication {
            Authentication::Managed => (None, None),
            Authentication::User { name, password } => (Some(name.clone()), password.clone()),
        };
        let (hostname_schema_type, private_link_id) = match &self.destination.reach {
            Reach::Public => (HostnameSchemaType::Public, None),
            Reach::VpcPeering => (HostnameSchemaType::VpcPeering, None),
            Reach::PrivateLink { id } => (HostnameSchemaType::PrivateLink, Some(id.clone())),
        };
        Ok(MigrationRequest {
            source: MigrationSource {
                cluster_name: self.source.cluster.clone(),
                group_id: self.source.project,
                managed_authentication: username.is_none(),
                username,
                password,
                ssl: self.source.tls != Tls::Off,
                ca_certificate_path: match &self.source.tls {
                    Tls::WithAuthority(path) => Some(path.clone()),
                    Tls::On | Tls::Off => None,
                },
            },
            destination: MigrationDestination {
                cluster_name: self.destination.cluster.clone(),
                group_id: project,
                hostname_schema_type,
                private_link_id,
            },
            migration_hosts: vec![self.migration_host.clone()],
            // False is the server's default, and is not sent.
            drop_destination_data: self.drop_destination_data.then_some(true),
            sharding: (!self.sharded.is_empty()).then(|| MigrationSharding {
                create_supporting_indexes: self.create_supporting_indexes,
                sharding_entries: self.sharded.iter().map(sharding_entry).collect(),
            }),
        })
    }

    /// Validates what the types do not: empty names, and collections that are sharded twice.
    pub(super) fn check_contents(&self) -> Result<()> {
        let filled = [
            (&self.source.cluster, "the name of the source cluster"),
            (&self.destination.cluster, "the name of the destination cluster"),
            (&self.migration_host, "the migration host"),
        ];
        let mut empty = filled.iter().filter(|(text, _)| text.trim().is_empty()).map(|(_, what)| *what);
        if let Some(what) = empty.next() {
            return Err(Error::invalid_request(format!("{what} is empty in the plan")));
        }
        if self.source.username().is_some_and(str::is_empty) {
            return Err(Error::invalid_request("the name of the source's user is empty in the plan"));
        }
        self.check_paths()?;
        self.check_sharding()
    }

    fn check_password(&self) -> Result<()> {
        if self.needs_source_password() {
            return Err(Error::invalid_request(format!(
                "the plan has no password for the source's user: set it with `source_password`, or set \
                 {PASSWORD_VARIABLE} and call `source_password_from_env`"
            )));
        }
        Ok(())
    }

    fn check_paths(&self) -> Result<()> {
        match (&self.source.tls, &self.destination.reach) {
            (Tls::WithAuthority(path), _) if path.is_empty() => {
                Err(Error::invalid_request("the path of the certificate authority is empty in the plan"))
            }
            (_, Reach::PrivateLink { id }) if id.is_empty() => {
                Err(Error::invalid_request("the id of the private link is empty in the plan"))
            }
            _ => Ok(()),
        }
    }

    fn check_sharding(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        for ShardedCollection { database, collection, key } in &self.sharded {
            let name = printable(&format!("{database}.{collection}"));
            let problem = if database.is_empty() || collection.is_empty() {
                "has no database or no name"
            } else if key.is_empty() {
                "has a shard key without fields"
            } else if key.iter().any(|(field, _)| field.is_empty()) {
                "has a shard key with a field that has no name"
            } else if key.iter().map(|(field, _)| field).collect::<BTreeSet<_>>().len() != key.len() {
                "has a shard key with a field twice"
            } else if !seen.insert((database, collection)) {
                "is sharded twice"
            } else {
                continue;
            };
            return Err(Error::invalid_request(format!("the collection {name} {problem} in the plan")));
        }
        Ok(())
    }
}

fn sharding_entry(sharded: &ShardedCollection) -> ShardingEntry {
    let field = |(name, order): &(String, _)| ShardKeyField(BTreeMap::from([(name.clone(), *order)]));
    ShardingEntry {
        database: sharded.database.clone(),
        collection: sharded.collection.clone(),
        shard_collection: ShardKey { key: sharded.key.iter().map(field).collect() },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Destination, Source};
    use super::*;
    use crate::values::secret::Secret;
    use crate::values::shard_key::ShardKeyOrder::{Ascending, Descending, Hashed};

    fn source() -> Source {
        Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "source")
    }

    fn user(name: &str, password: &str) -> Source {
        Source::with_user("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "source", name, Secret::new(password))
    }

    fn json(plan: &MigrationPlan) -> serde_json::Value {
        let request = plan.to_request("32b6e34b3d91647abb20e7b8".parse().unwrap()).unwrap();
        serde_json::to_value(request).unwrap()
    }

    #[test]
    fn a_minimal_plan() {
        let plan = MigrationPlan::new(source(), Destination::public("destination"), "host");
        let expected = serde_json::json!({
            "source": {"clusterName": "source", "groupId": "5f9ad6b7e1c2a3041d0e9b11", "managedAuthentication": true,
                "ssl": true},
            "destination": {"clusterName": "destination", "groupId": "32b6e34b3d91647abb20e7b8",
                "hostnameSchemaType": "PUBLIC"},
            "migrationHosts": ["host"],
        });
        assert_eq!(json(&plan), expected);
    }

    #[test]
    fn a_plan_with_everything() {
        let source = user("migrator", "word").certificate_authority("/ca.pem");
        let plan = MigrationPlan::new(source, Destination::private_link("destination", "link"), "host")
            .drop_destination_data(true)
            .create_supporting_indexes(true)
            .shard(ShardedCollection::new("db", "c", [("a", Ascending), ("b", Descending), ("c", Hashed)]));
        let expected = serde_json::json!({
            "source": {"clusterName": "source", "groupId": "5f9ad6b7e1c2a3041d0e9b11", "managedAuthentication": false,
                "username": "migrator", "password": "word", "ssl": true, "caCertificatePath": "/ca.pem"},
            "destination": {"clusterName": "destination", "groupId": "32b6e34b3d91647abb20e7b8",
                "hostnameSchemaType": "PRIVATE_LINK", "privateLinkId": "link"},
            "migrationHosts": ["host"],
            "dropDestinationData": true,
            "sharding": {"createSupportingIndexes": true, "shardingEntries": [{"database": "db", "collection": "c",
                "shardCollection": {"key": [{"a": 1}, {"b": -1}, {"c": "hashed"}]}}]},
        });
        assert_eq!(json(&plan), expected);
        let without =
            MigrationPlan::new(super::tests::source().without_tls(), Destination::vpc_peering("d"), "h");
        assert_eq!(json(&without)["source"]["ssl"], false);
        assert_eq!(json(&without)["destination"]["hostnameSchemaType"], "VPC_PEERING");
    }

    #[test]
    fn invalid_plans() {
        let plan = |source, destination, host: &str| MigrationPlan::new(source, destination, host);
        let sharded = |key: &[(&str, _)]| {
            let key = key.iter().map(|(field, order)| ((*field).to_owned(), *order));
            plan(source(), Destination::public("d"), "h").shard(ShardedCollection::new("db", "c", key))
        };
        let once = ShardedCollection::new("db", "c", [("a", Hashed)]);
        for (plan, part) in [
            (plan(source(), Destination::public("d"), " "), "migration host is empty"),
            (plan(source(), Destination::public(""), "h"), "destination cluster is empty"),
            (plan(user("", "w"), Destination::public("d"), "h"), "user is empty"),
            (plan(source(), Destination::private_link("d", ""), "h"), "private link is empty"),
            (plan(source().certificate_authority(""), Destination::public("d"), "h"), "authority is empty"),
            (sharded(&[]), "db.c has a shard key without fields"),
            (sharded(&[("", Hashed)]), "no name"),
            (sharded(&[("a", Hashed), ("a", Ascending)]), "a field twice"),
            (sharded(&[("a", Hashed)]).shard(once), "db.c is sharded twice"),
        ] {
            let error = plan.to_request("32b6e34b3d91647abb20e7b8".parse().unwrap()).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn debug_does_not_show_the_password() {
        let plan = MigrationPlan::new(user("migrator", "planted"), Destination::public("d"), "h");
        let request = plan.to_request("32b6e34b3d91647abb20e7b8".parse().unwrap()).unwrap();
        let debug = format!("{plan:?} {plan:#?} {request:?} {request:#?}");
        assert!(debug.contains("migrator") && !debug.contains("planted"), "{debug}");
    }
}
