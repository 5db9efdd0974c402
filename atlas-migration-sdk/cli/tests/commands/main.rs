//! The commands, run as programs against an emulator, in both forms of output.

#![allow(clippy::unwrap_used, reason = "a failed expectation in a helper fails the test")]

mod api;
mod atlas_cli;
#[cfg(unix)]
mod auth;
mod exit_statuses;
#[cfg(unix)]
mod home;
mod keyring;
mod links;
mod lists;
mod migrations;
mod plans;
#[cfg(unix)]
mod profiles;
mod program;
mod push;
#[cfg(unix)]
mod questions;
mod readme;
mod shells;
#[cfg(unix)]
mod terminal;
