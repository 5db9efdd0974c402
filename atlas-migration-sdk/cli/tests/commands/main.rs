//! The commands, run as programs against an emulator, in both forms of output.

mod exit_statuses;
mod links;
mod lists;
mod program;
