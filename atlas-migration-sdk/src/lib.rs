#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// What is generated is private, and what of it a user can hold he can also name, in `model`.
#![deny(unnameable_types)]

mod access_list;
mod auth;
mod client;
mod clock;
mod config;
mod date;
mod error;
mod generated;
mod ids;
mod migration;
pub mod model;
mod operation;
mod org;
mod organizations;
mod pace;
pub mod plan;
mod project;
mod raw_request;
mod request;
mod retry;
mod secret;
mod serde_null;
mod shard_key;
mod source;
mod transport;
mod validation;
mod wait;

pub use access_list::{AccessListEntry, ParseAccessListEntryError};
pub use auth::{CredentialKind, Credentials};
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use config::ClientBuilder;
pub use date::{Date, ParseDateError};
pub use error::{Error, ErrorCode, ErrorKind, Result};
pub use generated::operations;
pub use ids::{
    ClusterId, MigrationId, OrgId, ParseIdError, ProjectId, SourceOrgId, SourceProjectId, ValidationId,
};
pub use migration::{Cutover, MigrationJob};
pub use operation::{Location, Method, Operation, Parameter, ParameterKind, Version};
pub use org::Org;
pub use organizations::Organizations;
pub use plan::MigrationPlan;
pub use project::Project;
pub use raw_request::RawRequest;
pub use request::{BoxFuture, Request};
pub use retry::{Backoff, NoRetry, RetryPolicy, RetryState};
pub use secret::{LinkToken, Secret};
pub use shard_key::ShardKeyOrder;
pub use source::{LinkStatus, OpsManager, OpsManagerBuilder, SourceOrg};
pub use transport::{RateLimit, Reply, ReplyMeta};
pub use validation::ValidationJob;
pub use wait::{Polling, Progress};
