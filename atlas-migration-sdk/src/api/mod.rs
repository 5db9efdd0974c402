//! The handles: organizations, projects, their jobs, and requests of any operation of the table.
//!
//! A handle holds the shared state of a client and an id. It creates requests, and [`crate::call`] sends them.

mod migration;
mod org;
mod organizations;
mod pages;
mod project;
mod raw_request;
mod validation;
mod wait;

pub use migration::{Cutover, MigrationJob, Readiness};
pub use org::Org;
pub use organizations::Organizations;
pub use pages::Pages;
pub use project::Project;
pub use raw_request::RawRequest;
pub use validation::ValidationJob;
pub(crate) use wait::Tracker;
pub use wait::{Polling, Progress};
