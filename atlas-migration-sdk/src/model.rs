//! What goes over the wire: the model types, made from the OpenAPI fragment.
//!
//! Structs that only replies hold are `#[non_exhaustive]`: Atlas may add fields. Enums are open: a value that this
//! version does not know is kept. All of them read and write JSON under the names of the wire, and describe
//! themselves as JSON Schema under the feature `schemars`.

pub use crate::generated::client::types::{
    AvailableDeployment, AvailableProject, HostnameSchemaType, Link, Migration, MigrationDestination,
    MigrationRequest, MigrationSharding, MigrationSource, MigrationStatus, Organization, OrganizationPage,
    ShardKey, ShardKeyField, ShardingEntry, Validation, ValidationStatus,
};
