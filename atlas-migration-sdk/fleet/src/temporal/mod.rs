//! The server of Temporal: the connection, the names there, and the encryption of what it stores.
//!
//! - [`connect`](mod@connect): the connection, by Temporal's own environment variables and configuration file.
//! - [`codec`]: the encryption of payloads.
//! - [`names`]: the names of task queues and the ids of workflows.

pub(crate) mod codec;
pub(crate) mod connect;
pub(crate) mod names;

pub(crate) use connect::{ConnectError, ConnectErrorKind, ConnectionArguments};
