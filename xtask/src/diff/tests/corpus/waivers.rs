//! The cases in which ours differs from the peer on purpose, each with its reason.

pub(super) const WAIVERS: &[(&str, &str)] = &[];
