//! The operations that a finding reaches.

use super::Printable;
use crate::Direction;
use crate::extension::Extension;
use crate::report::{EditReport, ReachReport};

/// The operations that a finding reaches in one way, each once, with their versions if they have any.
pub(in crate::render) struct Reached {
    /// `request of `, `response of `, or empty for the operation as a whole.
    pub(in crate::render) how: &'static str,
    /// The first operations.
    pub(in crate::render) operations: Vec<Printable>,
    /// The number of all operations.
    pub(in crate::render) count: usize,
}

impl Reached {
    /// More operations are only counted; JSON lists all of them.
    const MAX: usize = 20;

    /// First the operations that clients call, then callbacks and webhooks.
    pub(super) fn all<E: Extension>(edit: &EditReport<E>, direction: Direction) -> Vec<Self> {
        let reached = |is_callback: bool| {
            let how = match (direction, is_callback) {
                (Direction::Call, false) => "",
                (Direction::Call, true) => "callback ",
                (Direction::Request, false) => "request of ",
                (Direction::Request, true) => "response to callback ",
                (Direction::Response, false) => "response of ",
                (Direction::Response, true) => "request of callback ",
            };
            let (operations, count) = operations(edit, direction, is_callback);
            Self { how, operations, count }
        };
        [false, true].map(reached).into_iter().filter(|reached| reached.count > 0).collect()
    }

    pub(super) fn text(&self, max: usize) -> String {
        let named: Vec<&str> = self.operations.iter().take(max).map(|name| name.0.as_str()).collect();
        let (how, names) = (self.how, named.join(", "));
        match self.count - named.len() {
            0 => format!("{how}{names}"),
            more => format!("{how}{names} and {more} more"),
        }
    }
}

/// The first operations that an edit reaches in this way, with their versions, and the number of all.
fn operations<E: Extension>(
    edit: &EditReport<E>,
    direction: Direction,
    is_callback: bool,
) -> (Vec<Printable>, usize) {
    let counts = |usage: &&ReachReport| {
        usage.callback == is_callback && (direction == Direction::Call || usage.direction == direction)
    };
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    // The usages are sorted by the name of the operation.
    for usage in edit.reach.iter().filter(counts) {
        // Only dates are shown: a plain media type distinguishes nothing.
        let dated = usage.version.as_deref().filter(|version| !version.contains('/'));
        match found.last_mut() {
            Some((name, versions)) if *name == usage.operation => {
                versions.extend(dated.filter(|version| !versions.contains(version)));
            }
            _ => found.push((&usage.operation, dated.into_iter().collect())),
        }
    }
    let name = |(name, versions): &(&str, Vec<&str>)| match versions.as_slice() {
        [] => Printable::new(name),
        versions => Printable::new(&format!("{name} ({})", versions.join(", "))),
    };
    (found.iter().take(Reached::MAX).map(name).collect(), found.len())
}
