//! Request bodies: read into types that reject unknown fields, like the server, and checked for what types cannot
//! express. Written by hand from the fragment rather than taken from the SDK's structs, so that the two can disagree.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use atlas_migration_sdk::{Date, Operation};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::assumptions;
use crate::http::{ErrorResponse, Object, from_json};
use crate::values::is_id;

/// The body of a request for a link-token.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LinkTokenRequest {
    #[serde(default, rename = "accessListIps", deserialize_with = "not_null")]
    _access_list_ips: Option<Vec<AccessListEntry>>,
}

/// An address or a network.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct AccessListEntry;

impl TryFrom<String> for AccessListEntry {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok() {
            Ok(Self)
        } else {
            Err(format!("{text:?} is neither an IP address nor a network in CIDR notation"))
        }
    }
}

/// The part of a validation's or migration's body that the emulator keeps.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) source_project_id: String,
    pub(super) source_cluster: String,
    pub(super) migration_hosts: Vec<String>,
}

/// The body in the newest version.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MigrationRequest {
    source: Object<Source>,
    destination: Object<Destination>,
    migration_hosts: Vec<NonEmpty>,
    #[serde(default, rename = "dropDestinationData", deserialize_with = "not_null")]
    _drop_destination_data: Option<bool>,
    sharding: Option<Object<Sharding>>,
}

/// The body in the previous version.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PreviousMigrationRequest {
    source: Object<Source>,
    destination: Object<Destination>,
    migration_hosts: Vec<NonEmpty>,
    #[serde(rename = "dropEnabled")]
    _drop_enabled: bool,
    sharding: Option<Object<Sharding>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Source {
    cluster_name: NonEmpty,
    group_id: Id,
    managed_authentication: bool,
    username: Option<String>,
    password: Option<String>,
    #[serde(rename = "ssl")]
    _ssl: bool,
    #[serde(rename = "caCertificatePath")]
    _ca_certificate_path: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Destination {
    #[serde(rename = "clusterName")]
    _cluster_name: NonEmpty,
    #[serde(rename = "groupId")]
    _group_id: Id,
    hostname_schema_type: HostnameSchemaType,
    private_link_id: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum HostnameSchemaType {
    Public,
    PrivateLink,
    VpcPeering,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Sharding {
    #[serde(rename = "createSupportingIndexes")]
    _create_supporting_indexes: bool,
    sharding_entries: Vec<Object<ShardingEntry>>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ShardingEntry {
    database: String,
    collection: String,
    shard_collection: Object<ShardKey>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct ShardKey {
    key: Vec<BTreeMap<String, ShardKeyOrder>>,
}

/// `1`, `-1` or `"hashed"`.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "Value")]
enum ShardKeyOrder {
    Ascending,
    Descending,
    Hashed,
}

impl TryFrom<Value> for ShardKeyOrder {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        // As a float, because 1 and 1.0 are the same in JSON.
        match (value.as_f64(), value.as_str()) {
            (Some(1.0), _) => Ok(Self::Ascending),
            (Some(-1.0), _) => Ok(Self::Descending),
            (_, Some("hashed")) => Ok(Self::Hashed),
            _ => Err("expected 1, -1 or \"hashed\""),
        }
    }
}

/// An id: 24 lower-case hex digits.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Id(String);

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if is_id(&text) { Ok(Self(text)) } else { Err("expected 24 lower-case hex digits") }
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct NonEmpty(String);

impl TryFrom<String> for NonEmpty {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() { Err("expected at least one character") } else { Ok(Self(text)) }
    }
}

/// Reads an optional field that must not be null.
fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Plan {
    /// Reads the body in this version of the operation.
    pub(super) fn read(body: &[u8], version: Date, operation: &Operation) -> Result<Self, ErrorResponse> {
        let newest = operation.request_versions.last().is_some_and(|newest| newest.date == version);
        let (source, destination, hosts, sharding) = if newest {
            let body: MigrationRequest = from_json(body)?;
            (body.source, body.destination, body.migration_hosts, body.sharding)
        } else {
            let body: PreviousMigrationRequest = from_json(body)?;
            (body.source, body.destination, body.migration_hosts, body.sharding)
        };
        if hosts.len() != 1 {
            return Err(assumptions::invalid_field("migrationHosts", "exactly one host is required").into());
        }
        source.0.check()?;
        destination.0.check()?;
        sharding.map_or(Ok(()), |sharding| sharding.0.check())?;
        let migration_hosts = hosts.into_iter().map(|host| host.0).collect();
        let Source { cluster_name, group_id, .. } = source.0;
        Ok(Self { source_project_id: group_id.0, source_cluster: cluster_name.0, migration_hosts })
    }
}

impl Source {
    fn check(&self) -> Result<(), ErrorResponse> {
        let given = [("source.username", &self.username), ("source.password", &self.password)];
        match given.into_iter().find(|(_, value)| value.is_some()) {
            Some((field, _)) if self.managed_authentication => {
                Err(assumptions::invalid_field(field, "not allowed with managedAuthentication").into())
            }
            _ => Ok(()),
        }
    }
}

impl Destination {
    fn check(&self) -> Result<(), ErrorResponse> {
        if self.private_link_id.is_some() && self.hostname_schema_type != HostnameSchemaType::PrivateLink {
            return Err(assumptions::invalid_field(
                "destination.privateLinkId",
                "only allowed with PRIVATE_LINK",
            )
            .into());
        }
        Ok(())
    }
}

impl Sharding {
    fn check(&self) -> Result<(), ErrorResponse> {
        let entries = &self.sharding_entries;
        if !are_unique(entries) || !entries.iter().all(|entry| are_unique(&entry.0.shard_collection.0.key)) {
            return Err(
                assumptions::invalid_field("sharding.shardingEntries", "duplicate entry or key").into()
            );
        }
        Ok(())
    }
}

fn are_unique<T: Ord>(items: &[T]) -> bool {
    items.iter().collect::<BTreeSet<_>>().len() == items.len()
}

#[cfg(test)]
mod tests;
