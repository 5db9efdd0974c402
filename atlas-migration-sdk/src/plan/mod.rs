//! What to migrate, where to, and how: a plan that can be written down, reviewed and run more than once.
//!
//! The constructors make wrong states hard to write: a source is reached with managed authentication *or* with a user
//! and a password; a private link comes with its id; there is exactly one migration host. The destination's project is
//! that of the [`Project`](crate::Project) that runs the plan, so that the two cannot differ.

mod file;
mod request;

use std::fmt;

use crate::error::{Error, Result};
use crate::values::ids::SourceProjectId;
use crate::values::secret::Secret;
use crate::values::shard_key::ShardKeyOrder;

/// The environment variable from which [`MigrationPlan::source_password_from_env`] reads.
const PASSWORD_VARIABLE: &str = "MONGODB_ATLAS_SOURCE_PASSWORD";

/// A migration, as [`Project::validate`](crate::Project::validate) and [`Project::migrate`](crate::Project::migrate)
/// take it.
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
/// // It can live in a repository.
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
    /// A plan with this source, this destination, and the one host that runs the migration.
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

    /// Shards this collection on the destination; call it for each. Default: none.
    #[must_use]
    pub fn shard(mut self, collection: ShardedCollection) -> Self {
        self.sharded.push(collection);
        self
    }

    /// Whether the indexes that the shard keys need are created. Only used with [`shard`](Self::shard). Default: no.
    #[must_use]
    pub fn create_supporting_indexes(mut self, create: bool) -> Self {
        self.create_supporting_indexes = create;
        self
    }

    /// Whether the source needs a password that the plan does not have, as after reading it from a file.
    #[must_use]
    pub fn needs_source_password(&self) -> bool {
        matches!(&self.source.authentication, Authentication::User { password: None, .. })
    }

    /// Sets the password of the source's user. Does nothing where authentication is managed.
    #[must_use]
    pub fn source_password(mut self, secret: impl Into<Secret>) -> Self {
        if let Authentication::User { password, .. } = &mut self.source.authentication {
            *password = Some(secret.into());
        }
        self
    }

    /// Sets the password of the source's user, where one is needed, from `MONGODB_ATLAS_SOURCE_PASSWORD`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where one is needed and the variable is not set,
    /// or not UTF-8.
    pub fn source_password_from_env(self) -> Result<Self> {
        if !self.needs_source_password() {
            return Ok(self);
        }
        match std::env::var(PASSWORD_VARIABLE) {
            Ok(password) if !password.is_empty() => Ok(self.source_password(password)),
            // The error of the standard library shows the value where it is not UTF-8.
            _ => Err(Error::configuration(format!(
                "the source's user needs a password: set {PASSWORD_VARIABLE}, or call `source_password`"
            ))),
        }
    }
}

/// The deployment to migrate from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    project: SourceProjectId,
    cluster: String,
    authentication: Authentication,
    tls: Tls,
}

#[derive(Clone, PartialEq, Eq)]
enum Authentication {
    Managed,
    User { name: String, password: Option<Secret> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tls {
    On,
    WithAuthority(String),
    Off,
}

impl Source {
    /// A deployment whose user automation keeps. TLS is on.
    pub fn managed(project: SourceProjectId, cluster: impl Into<String>) -> Self {
        Self { project, cluster: cluster.into(), authentication: Authentication::Managed, tls: Tls::On }
    }

    /// A deployment that is reached with a SCRAM user. TLS is on.
    pub fn with_user(
        project: SourceProjectId,
        cluster: impl Into<String>,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        let authentication = Authentication::User { name: username.into(), password: Some(password.into()) };
        Self { project, cluster: cluster.into(), authentication, tls: Tls::On }
    }

    /// Trusts this certificate authority: a file, as a path on the migration host.
    #[must_use]
    pub fn certificate_authority(mut self, path: impl Into<String>) -> Self {
        self.tls = Tls::WithAuthority(path.into());
        self
    }

    /// Connects to the source without TLS.
    #[must_use]
    pub fn without_tls(mut self) -> Self {
        self.tls = Tls::Off;
        self
    }
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Managed => f.write_str("Managed"),
            Self::User { name, password } => {
                f.debug_struct("User").field("name", name).field("password", password).finish()
            }
        }
    }
}

/// The cluster to migrate to, and how the migration host reaches it.
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
    /// A cluster that is reached over the public network.
    pub fn public(cluster: impl Into<String>) -> Self {
        Self { cluster: cluster.into(), reach: Reach::Public }
    }

    /// A cluster that is reached by VPC peering.
    pub fn vpc_peering(cluster: impl Into<String>) -> Self {
        Self { cluster: cluster.into(), reach: Reach::VpcPeering }
    }

    /// A cluster that is reached through the private endpoint of this id.
    pub fn private_link(cluster: impl Into<String>, id: impl Into<String>) -> Self {
        Self { cluster: cluster.into(), reach: Reach::PrivateLink { id: id.into() } }
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
    /// The collection, and the fields of its shard key in order.
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
