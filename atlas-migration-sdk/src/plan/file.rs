//! Plans as files in JSON or TOML, without the password.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::checks::names::nearest;
use super::{
    Authentication, Destination, MigrationPlan, PASSWORD_VARIABLE, Reach, ShardedCollection, Source, Tls,
};
use crate::error::{Error, Result};
use crate::generated::ids::SourceProjectId;
use crate::values::shard_key::ShardKeyOrder;

impl MigrationPlan {
    /// Reads a plan from JSON. If the source has a user, set its password before you use the plan.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with line and column, if the text is not JSON,
    /// has a field that is unknown, missing or of another type, or contains a password.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            Error::configuration(format!("the plan cannot be read: {}", without_value(&error.to_string())))
        })
    }

    /// Writes the plan as indented JSON, without the password.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Serializing structs, lists, strings and numbers cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a plan from TOML. If the source has a user, set its password before you use the plan.
    ///
    /// ```
    /// use atlas_migration_sdk::plan::MigrationPlan;
    ///
    /// let plan = MigrationPlan::from_toml(r#"
    ///     migration_host = "vm001.example.com"
    ///
    ///     [source]
    ///     project = "5f9ad6b7e1c2a3041d0e9b11"
    ///     cluster = "source"
    ///     username = "migrator"      # omit it if authentication is managed
    ///
    ///     [destination]
    ///     cluster = "destination"
    ///     reach = "public"           # or vpc-peering, or private-link with private_link_id
    /// "#)?;
    /// assert!(plan.needs_source_password());
    /// # Ok::<(), atlas_migration_sdk::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json).
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            // Not the whole error: it contains the line of the file, which may contain a password.
            let position = error.span().map(|span| position(text, span.start)).unwrap_or_default();
            Error::configuration(format!(
                "the plan cannot be read: {}{position}",
                without_value(error.message())
            ))
        })
    }

    /// Writes the plan as TOML, without the password.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the plan cannot be written as TOML, which does
    /// not happen.
    #[cfg(feature = "toml")]
    pub fn to_toml(&self) -> Result<String> {
        toml::to_string_pretty(self)
            .map_err(|error| Error::configuration("the plan cannot be written as TOML").with_source(error))
    }
}

/// A deserializer's message without the invalid value or name, which may be a password in the wrong place.
fn without_value(message: &str) -> String {
    if let Some(misspelled) = misspelled_field(message) {
        return misspelled;
    }
    for (prefix, replacement) in [
        ("unknown field ", "a field has an unknown name"),
        ("invalid type: ", "a field has a value of another type"),
        ("invalid value: ", "a field has an invalid value"),
        ("unknown variant ", "a field has an invalid value"),
    ] {
        if message.starts_with(prefix) {
            let expected =
                message.rsplit_once(", expected ").map(|(_, expected)| format!(", expected {expected}"));
            return format!("{replacement}{}", expected.unwrap_or_default());
        }
    }
    message.to_owned()
}

/// The message about an unknown field that is all but the name of a known one: then it is no password.
fn misspelled_field(message: &str) -> Option<String> {
    let (name, expected) = message.strip_prefix("unknown field `")?.rsplit_once("`, expected ")?;
    let known = expected.split('`').skip(1).step_by(2).filter(|known| *known != "password");
    let is_plain = name.chars().all(|c| c.is_ascii_alphabetic() || c == '_' || c == '-');
    let nearest = *nearest(name, known).first().filter(|_| is_plain)?;
    Some(format!("there is no field `{name}`, did you mean `{nearest}`? Expected {expected}"))
}

#[cfg(feature = "toml")]
fn position(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(" at line {line} column {column}")
}

/// The fields of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    migration_host: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    drop_destination_data: bool,
    source: SourceFile,
    destination: DestinationFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sharding: Option<ShardingFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFile {
    project: SourceProjectId,
    cluster: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(default, skip_serializing)]
    #[allow(dead_code, reason = "the field only exists to reject it")]
    password: RejectedPassword,
    #[serde(default = "default_tls")]
    tls: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate_authority: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DestinationFile {
    cluster: String,
    reach: ReachFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    private_link_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReachFile {
    Public,
    VpcPeering,
    PrivateLink,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShardingFile {
    #[serde(default)]
    create_supporting_indexes: bool,
    collections: Vec<CollectionFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CollectionFile {
    database: String,
    collection: String,
    key: Vec<KeyField>,
}

/// A field of a shard key: a map with one entry, as in the API.
struct KeyField(String, ShardKeyOrder);

impl Serialize for KeyField {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map([(&self.0, self.1)])
    }
}

impl<'de> Deserialize<'de> for KeyField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let fields = std::collections::BTreeMap::<String, ShardKeyOrder>::deserialize(deserializer)?;
        let mut fields = fields.into_iter();
        match (fields.next(), fields.next()) {
            (Some((name, order)), None) => Ok(Self(name, order)),
            _ => Err(D::Error::custom(
                "a field of a shard key must be one name and its order, such as { day = 1 }",
            )),
        }
    }
}

/// A `password` in a file, which is an error that does not contain it.
#[derive(Default)]
struct RejectedPassword;

impl<'de> Deserialize<'de> for RejectedPassword {
    fn deserialize<D: Deserializer<'de>>(_: D) -> std::result::Result<Self, D::Error> {
        Err(D::Error::custom(format!(
            "a plan must not contain a password: remove it, and set {PASSWORD_VARIABLE} or prompt for it"
        )))
    }
}

fn default_tls() -> bool {
    true
}

impl Serialize for MigrationPlan {
    /// Writes the plan without the password.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        PlanFile::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for MigrationPlan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        PlanFile::deserialize(deserializer)?.into_plan().map_err(D::Error::custom)
    }
}

impl From<&MigrationPlan> for PlanFile {
    fn from(plan: &MigrationPlan) -> Self {
        let (tls, certificate_authority) = match &plan.source.tls {
            Tls::On => (true, None),
            Tls::WithAuthority(path) => (true, Some(path.clone())),
            Tls::Off => (false, None),
        };
        let (reach, private_link_id) = match &plan.destination.reach {
            Reach::Public => (ReachFile::Public, None),
            Reach::VpcPeering => (ReachFile::VpcPeering, None),
            Reach::PrivateLink { id } => (ReachFile::PrivateLink, Some(id.clone())),
        };
        let collection = |sharded: &ShardedCollection| CollectionFile {
            database: sharded.database.clone(),
            collection: sharded.collection.clone(),
            key: sharded.key.iter().map(|(field, order)| KeyField(field.clone(), *order)).collect(),
        };
        Self {
            migration_host: plan.migration_host.clone(),
            drop_destination_data: plan.drop_destination_data,
            source: SourceFile {
                project: plan.source.project,
                cluster: plan.source.cluster.clone(),
                username: match &plan.source.authentication {
                    Authentication::Managed => None,
                    Authentication::User { name, .. } => Some(name.clone()),
                },
                password: RejectedPassword,
                tls,
                certificate_authority,
            },
            destination: DestinationFile {
                cluster: plan.destination.cluster.clone(),
                reach,
                private_link_id,
            },
            sharding: (!plan.sharded.is_empty()).then(|| ShardingFile {
                create_supporting_indexes: plan.create_supporting_indexes,
                collections: plan.sharded.iter().map(collection).collect(),
            }),
        }
    }
}

impl PlanFile {
    fn into_plan(self) -> std::result::Result<MigrationPlan, &'static str> {
        let tls = match (self.source.tls, self.source.certificate_authority) {
            (true, None) => Tls::On,
            (true, Some(path)) => Tls::WithAuthority(path),
            (false, None) => Tls::Off,
            (false, Some(_)) => return Err("the source has a certificate_authority, but tls is false"),
        };
        let reach = match (self.destination.reach, self.destination.private_link_id) {
            (ReachFile::Public, None) => Reach::Public,
            (ReachFile::VpcPeering, None) => Reach::VpcPeering,
            (ReachFile::PrivateLink, Some(id)) => Reach::PrivateLink { id },
            (ReachFile::PrivateLink, None) => {
                return Err("reach is private-link, but private_link_id is missing");
            }
            (_, Some(_)) => return Err("private_link_id is only for the reach private-link"),
        };
        let authentication = match self.source.username {
            None => Authentication::Managed,
            Some(name) => Authentication::User { name, password: None },
        };
        let source =
            Source { project: self.source.project, cluster: self.source.cluster, authentication, tls };
        let destination = Destination { cluster: self.destination.cluster, reach };
        let mut plan = MigrationPlan::new(source, destination, self.migration_host)
            .drop_destination_data(self.drop_destination_data);
        if let Some(sharding) = self.sharding {
            plan = plan.create_supporting_indexes(sharding.create_supporting_indexes);
            for CollectionFile { database, collection, key } in sharding.collections {
                let key = key.into_iter().map(|KeyField(field, order)| (field, order));
                plan = plan.shard(ShardedCollection::new(database, collection, key));
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests;
