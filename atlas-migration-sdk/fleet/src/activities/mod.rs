//! The activities: everything that is not deterministic.
//!
//! - [`atlas`]: the calls to Atlas and to the source, on the task queue that is limited for the whole fleet.
//! - [`local`]: permissions, hooks and the verification, on the task queue of the workflows.
//! - [`hooks`]: runs the commands of the user.

mod atlas;
mod hooks;
mod local;

pub(crate) use atlas::{Accounts, Atlas};
pub(crate) use hooks::Hooks;
pub(crate) use local::Local;
