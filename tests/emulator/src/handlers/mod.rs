//! What the two services respond to a request: Atlas with its OAuth endpoints and operations, and Cloud Manager.

pub(crate) mod atlas;
mod oauth;
mod operations;
pub(crate) mod source_manager;
