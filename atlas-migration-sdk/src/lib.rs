#![doc = include_str!("../README.md")]
//!
//! # Guides
//!
//! - [Authentication](guide::authentication)
//! - [Calls](guide::calls)
//! - [Errors and retries](guide::errors_and_retries)
//! - [Plans](guide::plans)
//! - [Waiting](guide::waiting)
//! - [Flow](guide::flow)
//! - [Observability](guide::observability)
//! - [Testing](guide::testing)
#![cfg_attr(docsrs, feature(doc_cfg))]
// The generated code is private. `model` re-exports every type of it that the public API returns.
#![deny(unnameable_types)]

// The layers, from the top to the bottom. A module uses only what is below it, which `tests/end-to-end/tests/layers`
// checks. The functions of `generated::requests` belong to `call`.
pub mod guide;
pub mod model;

mod flow_executor;

mod source_manager;

mod client;

mod api;

pub mod flow;

mod call;

mod auth;

mod http;

pub mod plan;

mod error;

mod generated;

mod values;

pub use api::{
    Cutover, MigrationJob, Org, Organizations, Pages, Polling, Progress, Project, RawRequest, Readiness,
    ValidationJob,
};
#[cfg(feature = "token-file")]
pub use auth::FileTokenStore;
pub use auth::{MemoryTokenStore, StoredToken, TokenKey, TokenStore, TokenStoreError, TokenStoreLock};
pub use call::{Backoff, NoRetry, Request, RequestPreview, Response, RetryPolicy, RetryState};
pub use client::{Client, ClientBuilder};
pub use error::{Error, ErrorCode, ErrorKind, Result};
pub use flow_executor::{FlowExecutor, Observed};
pub use generated::ids::*;
pub use generated::operations;
pub use http::{RateLimit, ResponseMetadata};
pub use plan::MigrationPlan;
pub use source_manager::{
    LinkStatus, SourceManager, SourceManagerBuilder, SourceManagerVariables, SourceOrg,
};
pub use values::access_list::{AccessListEntry, ParseAccessListEntryError};
pub use values::clock::{BoxFuture, Clock, SystemClock};
pub use values::credentials::{CredentialKind, Credentials};
pub use values::date::{Date, ParseDateError};
pub use values::ids::{ParseIdError, SourceOrgId};
pub use values::operation::{
    Method, Operation, Parameter, ParameterKind, ParameterLocation, RequestBody, Version,
};
pub use values::page::Page;
pub use values::secret::{LinkToken, Secret};
pub use values::shard_key::ShardKeyOrder;
pub use values::timestamp::{ParseTimestampError, Timestamp};
