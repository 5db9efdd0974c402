//! The smallest documents that a comparison of texts judges wrongly. The level of an edit must be that of the effective
//! contract: what holds after references, inheritance, `allOf`, the default values of keywords and the rules of HTTP for
//! names are applied.

mod alternatives;
mod composition;
mod deprecated;
mod keywords;
mod members;
mod messages;
mod names;
mod row;
mod security;
mod servers;
mod types;

use row::{Row, failures};

#[track_caller]
fn check_all(rows: &[Row]) {
    let failures = failures(rows);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
