//! The cases, by what they are about. Each kind of problem stands in at least one.

mod bodies;
mod file;
mod keys;
mod operations;
mod schemas;

use super::*;

pub(super) fn all() -> Vec<Case> {
    [file::cases(), keys::cases(), operations::cases(), bodies::cases(), schemas::cases()]
        .into_iter()
        .flatten()
        .collect()
}
