//! The handles: an organization, a project, its jobs, any operation by its entry of the table.
//!
//! A handle holds the state that all calls of a client share, and an id. It makes requests; [`crate::call`] sends them.

mod migration;
mod org;
mod organizations;
mod project;
mod raw_request;
mod validation;
mod wait;

pub use migration::{Cutover, MigrationJob};
pub use org::Org;
pub use organizations::Organizations;
pub use project::Project;
pub use raw_request::RawRequest;
pub use validation::ValidationJob;
pub use wait::{Polling, Progress};
