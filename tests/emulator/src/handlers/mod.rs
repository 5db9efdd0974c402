//! What the two services respond to a request: Atlas with its OAuth endpoints and operations, and Ops Manager.

pub(crate) mod atlas;
mod oauth;
mod operations;
pub(crate) mod ops_manager;
