//! The rules of the check: their stable ids and their levels.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Level {
    /// A person has to confirm it, because Atlas does not show whether it is true, or because it is a limit of every
    /// migration.
    Acknowledge,
    /// It may make the migration fail, or it could not be checked.
    Warns,
    /// The migration cannot succeed.
    Blocks,
}

impl Level {
    /// The level in lower case: `acknowledge`, `warns`, `blocks`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Warns => "warns",
            Self::Blocks => "blocks",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident = $id:literal, $level:ident;)+) => {
        /// What a [`Finding`](super::Finding) is about. Its id is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $rule,)+
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// The id, such as `source-cluster-unknown`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id),+
                }
            }

            /// The level of every finding of this rule.
            #[must_use]
            pub const fn level(self) -> Level {
                match self {
                    $(Self::$rule => Level::$level),+
                }
            }
        }
    };
}

rules! {
    /// The plan contradicts itself, or a name in it is empty.
    PlanInvalid = "plan-invalid", Blocks;
    /// No source project is available: no source organization is linked.
    SourceNotLinked = "source-not-linked", Blocks;
    /// No linked source organization has the project of the plan.
    SourceProjectUnknown = "source-project-unknown", Blocks;
    /// The source project does not have the cluster of the plan.
    SourceClusterUnknown = "source-cluster-unknown", Blocks;
    /// The source project does not have the migration host of the plan.
    MigrationHostUnknown = "migration-host-unknown", Blocks;
    /// Ops Manager monitors the source, which runs MongoDB 6.0 or later.
    OpsManagerVersion = "ops-manager-version", Blocks;
    /// Ops Manager monitors the source, and the source or the destination is a sharded cluster.
    OpsManagerSharded = "ops-manager-sharded", Blocks;
    /// Ops Manager monitors the source, which runs MongoDB before 6.0: deprecated.
    OpsManagerDeprecated = "ops-manager-deprecated", Warns;
    /// MongoDB does not list the source's major version as supported.
    VersionUnsupported = "version-unsupported", Blocks;
    /// The source runs a rapid release, such as 6.1.
    VersionRapidRelease = "version-rapid-release", Blocks;
    /// The source's major version is supported, but only from a later patch release.
    VersionTooOld = "version-too-old", Blocks;
    /// The version of the source, or its feature compatibility version, cannot be read.
    VersionNotChecked = "version-not-checked", Warns;
    /// The feature compatibility version of the source is below 6.0.
    FeatureCompatibilityTooOld = "feature-compatibility-too-old", Blocks;
    /// The feature compatibility version of the source is not that of its major version.
    FeatureCompatibilityDiffers = "feature-compatibility-differs", Warns;
    /// The source may be a standalone.
    MaybeStandalone = "maybe-standalone", Warns;
    /// The plan uses TLS, which the source does not accept.
    TlsNotEnabled = "tls-not-enabled", Blocks;
    /// The plan does not use TLS, which the source accepts.
    TlsNotUsed = "tls-not-used", Warns;
    /// The plan has managed authentication, but automation does not manage the source.
    AuthenticationNotManaged = "authentication-not-managed", Blocks;
    /// The plan has a user, but automation manages the source.
    AuthenticationManaged = "authentication-managed", Warns;
    /// The oplog may not outlast the initial copy at the assumed rates.
    OplogTooShort = "oplog-too-short", Warns;
    /// Atlas does not list the size of the data or of the oplog.
    OplogNotChecked = "oplog-not-checked", Warns;
    /// The plan has shard keys, but the source is a sharded cluster already.
    ShardKeysOnShardedSource = "shard-keys-on-sharded-source", Warns;
    /// The plan has settings of sharding, but no shard keys.
    ShardingWithoutKeys = "sharding-without-keys", Warns;
    /// The destination's data will be dropped.
    DestinationDropped = "destination-dropped", Acknowledge;
    /// What the destination cluster must be, which the source's projects do not show.
    DestinationCluster = "destination-cluster", Acknowledge;
    /// The migration host must not be a member of the source, which Atlas does not show.
    MigrationHostDedicated = "migration-host-dedicated", Acknowledge;
    /// Users and roles are not migrated.
    UsersAndRoles = "users-and-roles", Acknowledge;
    /// Search indexes are not migrated.
    SearchIndexes = "search-indexes", Acknowledge;
    /// Time series collections are not migrated.
    TimeSeries = "time-series", Acknowledge;
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// The text is not the id of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseRuleError {
    nearest: Option<Rule>,
}

impl fmt::Display for ParseRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no check with this id")?;
        match self.nearest {
            Some(nearest) => write!(f, "; did you mean {nearest}?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ParseRuleError {}

impl FromStr for Rule {
    type Err = ParseRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(rule) = Self::ALL.iter().find(|rule| rule.id() == text) {
            return Ok(*rule);
        }
        let ids = Self::ALL.iter().map(|rule| rule.id());
        let nearest = super::names::nearest(text, ids).first().and_then(|id| id.parse().ok());
        Err(ParseRuleError { nearest })
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        id.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Rule {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let ids: Vec<_> = Self::ALL.iter().map(|rule| rule.id()).collect();
        // Not an enum: later versions have further rules.
        schemars::json_schema!({"type": "string", "examples": ids})
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_round_trip() {
        let ids: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert_eq!(rule.id().parse(), Ok(*rule));
            let json = serde_json::to_string(rule).unwrap();
            assert_eq!(json, format!("\"{rule}\""));
            assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), *rule);
            assert!(rule.id().chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit()));
        }
        for level in [Level::Blocks, Level::Warns, Level::Acknowledge] {
            assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
        }
    }

    #[test]
    fn an_unknown_id_gets_a_suggestion() {
        for (id, expected) in [
            ("user-and-roles", "there is no check with this id; did you mean users-and-roles?"),
            ("time_series", "there is no check with this id; did you mean time-series?"),
            ("", "there is no check with this id"),
            ("everything", "there is no check with this id"),
        ] {
            assert_eq!(id.parse::<Rule>().unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn the_guide_lists_every_rule_with_its_level() {
        let guide = include_str!("../../guide/plans.md");
        for rule in Rule::ALL {
            let row = format!("| `{rule}` | {} |", rule.level());
            assert!(guide.contains(&row), "the guide lacks the row {row}");
        }
    }
}
