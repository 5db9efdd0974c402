//! Guides: one page for each subject, with programs that compile.
//!
//! Documentation only; the modules contain no items.

#[doc = include_str!("authentication.md")]
pub mod authentication {}

#[doc = include_str!("calls.md")]
pub mod calls {}

#[doc = include_str!("errors_and_retries.md")]
pub mod errors_and_retries {}

#[doc = include_str!("plans.md")]
pub mod plans {}

#[doc = include_str!("waiting.md")]
pub mod waiting {}

#[doc = include_str!("flow.md")]
pub mod flow {}

#[doc = include_str!("observability.md")]
pub mod observability {}

#[doc = include_str!("testing.md")]
pub mod testing {}
