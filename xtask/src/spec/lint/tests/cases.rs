//! x
use super::*;
pub(super) fn all() -> Vec<Case> {
    vec![]
}
