//! Migration plans: what to migrate, to where, and how. A plan can be stored in a file, reviewed and used more than
//! once.
//!
//! The constructors prevent invalid states: a source has managed authentication *or* a user and a password; a private
//! link has an id; there is exactly one migration host. The destination's project is that of the
//! [`Project`](crate::Project) that runs the plan, so that the two cannot differ.

mod checks;
mod file;
mod hash;
mod rate;
mod request;
mod source;

use crate::error::{Error, Result};
use crate::values::secret::Secret;
use crate::values::shard_key::ShardKeyOrder;

pub use checks::{CheckOptions, Finding, Level, ParseRuleError, Rule, SourcePlatform, check};
pub use hash::{ParsePlanHashError, PlanHash};
pub use rate::DataRate;
pub use source::Source;
use source::{Authentication, Tls};

/// The environment variable from which [`MigrationPlan::source_password_from_env`] reads.
const PASSWORD_VARIABLE: &str = "MONGODB_ATLAS_SOURCE_PASSWORD";

/// The plan of a migration, for [`Project::validate`](crate::Project::validate) and
/// [`Project::migrate`](crate::Project::migrate).
///
/// ```
/// use atlas_migration_sdk::ShardKeyOrder::{Ascending, Hashed};
/// use atlas_migration_sdk::plan::{Destination, MigrationPlan, ShardedCollection, Source};
///
/// let plan = MigrationPlan::new(
///     Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse()?, "source-cluster"),
///     Destination::public("destination-cluster"),
///     "vm001.example.com",
/// )
/// .shard(ShardedCollection::new("shop", "orders", [("customer", Hashed), ("day", Ascending)]));
///
/// // It can be stored in a repository.
/// let text = plan.to_json();
/// assert_eq!(MigrationPlan::from_json(&text)?, plan);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationPlan {
    source: Source,
    destination: Destination,
    migration_host: String,
    drop_destination_data: bool,
    create_supporting_indexes: bool,
    sharded: Vec<ShardedCollection>,
}

impl MigrationPlan {
    /// Creates a plan with the source, the destination, and the host that runs the migration.
    pub fn new(source: Source, destination: Destination, migration_host: impl Into<String>) -> Self {
        Self {
            source,
            destination,
            migration_host: migration_host.into(),
            drop_destination_data: false,
            create_supporting_indexes: false,
            sharded: Vec::new(),
        }
    }

    /// Whether the destination's data is dropped before the copying starts. Default: no.
    #[must_use]
    pub fn drop_destination_data(mut self, drop: bool) -> Self {
        self.drop_destination_data = drop;
        self
    }

    /// Adds a collection to shard on the destination. Default: none.
    #[must_use]
    pub fn shard(mut self, collection: ShardedCollection) -> Self {
        self.sharded.push(collection);
        self
    }

    /// Whether to create the indexes that the shard keys need. Only used with [`shard`](Self::shard). Default: no.
    #[must_use]
    pub fn create_supporting_indexes(mut self, create: bool) -> Self {
        self.create_supporting_indexes = create;
        self
    }

    /// The deployment to migrate from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The cluster to migrate to.
    #[must_use]
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// The host that runs the migration.
    #[must_use]
    pub fn migration_host(&self) -> &str {
        &self.migration_host
    }

    /// Whether the destination's data is dropped before the copying starts.
    #[must_use]
    pub fn drops_destination_data(&self) -> bool {
        self.drop_destination_data
    }

    /// Whether the source's user needs a password that the plan does not contain, as after reading it from a file.
    #[must_use]
    pub fn needs_source_password(&self) -> bool {
        matches!(&self.source.authentication, Authentication::User { password: None, .. })
    }

    /// Sets the password of the source's user. Does nothing if authentication is managed.
    #[must_use]
    pub fn source_password(mut self, secret: impl Into<Secret>) -> Self {
        if let Authentication::User { password, .. } = &mut self.source.authentication {
            *password = Some(secret.into());
        }
        self
    }

    /// Removes the password of the source's user.
    #[must_use]
    pub fn without_source_password(mut self) -> Self {
        if let Authentication::User { password, .. } = &mut self.source.authentication {
            *password = None;
        }
        self
    }

    /// Sets the password of the source's user, if it needs one, from `MONGODB_ATLAS_SOURCE_PASSWORD`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if a password is needed and the variable is not
    /// set or not UTF-8.
    pub fn source_password_from_env(self) -> Result<Self> {
        if !self.needs_source_password() {
            return Ok(self);
        }
        match std::env::var(PASSWORD_VARIABLE) {
            Ok(password) if !password.is_empty() => Ok(self.source_password(password)),
            // The standard library's error for invalid UTF-8 contains the value.
            _ => Err(Error::configuration(format!(
                "the source's user needs a password: set {PASSWORD_VARIABLE}, or call `source_password`"
            ))),
        }
    }
}

/// The cluster to migrate to, and the network over which the migration host connects to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    cluster: String,
    reach: Reach,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    Public,
    VpcPeering,
    PrivateLink { id: String },
}

impl Destination {
    /// A cluster on the public network.
    pub fn public(cluster: impl Into<String>) -> Self {
        Self { cluster: cluster.into(), reach: Reach::Public }
    }

    /// A cluster on a peered VPC.
    pub fn vpc_peering(cluster: impl Into<String>) -> Self {
        Self { cluster: cluster.into(), reach: Reach::VpcPeering }
    }

    /// A cluster behind the private endpoint with this id.
    pub fn private_link(cluster: impl Into<String>, id: impl Into<String>) -> Self {
        Self { cluster: cluster.into(), reach: Reach::PrivateLink { id: id.into() } }
    }

    /// The name of the cluster.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.cluster
    }
}

/// A collection to shard on the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardedCollection {
    database: String,
    collection: String,
    key: Vec<(String, ShardKeyOrder)>,
}

impl ShardedCollection {
    /// Creates a collection with the fields of its shard key in order.
    pub fn new<F: Into<String>>(
        database: impl Into<String>,
        collection: impl Into<String>,
        key: impl IntoIterator<Item = (F, ShardKeyOrder)>,
    ) -> Self {
        Self {
            database: database.into(),
            collection: collection.into(),
            key: key.into_iter().map(|(field, order)| (field.into(), order)).collect(),
        }
    }
}
