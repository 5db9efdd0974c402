//! The hash of a plan, which names it: an approval is given for one plan and no other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::MigrationPlan;
use crate::values::ids::hex;

const PREFIX: &str = "sha256:";

/// The SHA-256 of a plan, written as `sha256:` and 64 lower-case hex digits.
///
/// Computed by [`MigrationPlan::hash`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanHash([u8; 32]);

impl MigrationPlan {
    /// The hash of the plan: the SHA-256 of its JSON without white space, with the fields in the order of
    /// [`to_json`](Self::to_json).
    ///
    /// The password is not part of it, so that a changed password does not make another plan. Neither is the project,
    /// which a plan does not contain.
    ///
    /// ```
    /// use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
    ///
    /// let plan = MigrationPlan::new(
    ///     Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse()?, "source-cluster"),
    ///     Destination::public("destination-cluster"),
    ///     "vm001.example.com",
    /// );
    /// assert_eq!(MigrationPlan::from_json(&plan.to_json())?.hash(), plan.hash());
    /// assert_ne!(plan.clone().drop_destination_data(true).hash(), plan.hash());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn hash(&self) -> PlanHash {
        // Serializing structs, lists, strings and numbers cannot fail.
        let canonical = serde_json::to_vec(self).unwrap_or_default();
        PlanHash(Sha256::digest(canonical).into())
    }
}

impl fmt::Display for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlanHash({self})")
    }
}

/// The text is not the hash of a plan. `Debug` output is the message.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParsePlanHashError;

impl fmt::Display for ParsePlanHashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the hash of a plan: it is `sha256:` and 64 lower-case hex digits")
    }
}

impl fmt::Debug for ParsePlanHashError {
    /// The message, because `main` and `unwrap` print an error with `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ParsePlanHashError {}

impl FromStr for PlanHash {
    type Err = ParsePlanHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(PREFIX).ok_or(ParsePlanHashError)?;
        hex(digits).map(Self).map_err(|_| ParsePlanHashError)
    }
}

impl Serialize for PlanHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PlanHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for PlanHash {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PlanHash".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^sha256:[a-f0-9]{64}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Destination, ShardedCollection, Source};
    use super::*;
    use crate::values::shard_key::ShardKeyOrder::{Ascending, Hashed};

    fn plan(password: &str) -> MigrationPlan {
        let source =
            Source::with_user("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "source", "migrator", password);
        MigrationPlan::new(source, Destination::public("destination"), "host")
    }

    #[test]
    fn the_hash_of_a_plan_never_changes() {
        // That of `printf '{"migration_host":…}' | sha256sum`. Approvals in journals contain it.
        let canonical = r#"{"migration_host":"host","source":{"project":"5f9ad6b7e1c2a3041d0e9b11","cluster":"source","username":"migrator","tls":true},"destination":{"cluster":"destination","reach":"public"}}"#;
        assert_eq!(serde_json::to_string(&plan("word")).unwrap(), canonical);
        assert_eq!(
            plan("word").hash().to_string(),
            "sha256:53c98e087fb112607e8589e5d891d4369d8b3877b5adf61b44e7ad643493373b"
        );
    }

    #[test]
    fn every_part_of_a_plan_but_the_password_counts() {
        let collection = |order| ShardedCollection::new("db", "c", [("a", order)]);
        let plans = [
            plan("word"),
            plan("word").drop_destination_data(true),
            plan("word").shard(collection(Ascending)),
            plan("word").shard(collection(Hashed)),
            plan("word").shard(collection(Hashed)).create_supporting_indexes(true),
        ];
        for (at, one) in plans.iter().enumerate() {
            for (other_at, other) in plans.iter().enumerate() {
                assert_eq!(one.hash() == other.hash(), at == other_at, "{one:?} {other:?}");
            }
        }
        assert_eq!(plan("word").hash(), plan("another word").hash());
    }

    #[test]
    fn reads_what_it_writes() {
        let hash = plan("word").hash();
        assert_eq!(hash.to_string().parse(), Ok(hash));
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<PlanHash>(&json).unwrap(), hash);
        let text = hash.to_string();
        for invalid in ["", "sha256:", &text[7..], &text[..70], &format!("{text}0"), &text.to_uppercase()] {
            assert_eq!(invalid.parse::<PlanHash>(), Err(ParsePlanHashError), "{invalid}");
        }
    }
}
