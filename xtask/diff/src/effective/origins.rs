//! Which nodes of the original document a node of the effective form comes from.

use std::collections::BTreeMap;

use openapi_fragment::pointer;

/// The pointers of the original for each node of the effective form that is at another pointer there, or that several
/// nodes contribute to. Nodes within such a node come from the same nodes of the original, unless they have an entry of
/// their own.
#[derive(Debug, Default)]
pub(crate) struct Origins(BTreeMap<String, Origin>);

/// Where a node comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The nodes that it was made of. The first is the one to show.
    pub(crate) sources: Vec<String>,
    /// The items of `allOf` through which it was included.
    pub(crate) included_by: Vec<String>,
}

impl Origin {
    /// The origin of a node that one node of the original became.
    pub(super) fn of(source: String) -> Self {
        Self { sources: vec![source], included_by: Vec::new() }
    }

    /// The same origin, included by an item of an `allOf`.
    pub(super) fn included_by(mut self, item: &str) -> Self {
        self.included_by.insert(0, item.to_owned());
        self
    }
}

impl Origins {
    /// The origin of a node of the effective form.
    pub(crate) fn find(&self, at: &str) -> Origin {
        let mut length = at.len();
        loop {
            if let Some(origin) = self.0.get(&at[..length]) {
                let inner = &at[length..];
                let sources = origin.sources.iter().map(|source| format!("{source}{inner}")).collect();
                return Origin { sources, included_by: origin.included_by.clone() };
            }
            match at[..length].rfind('/') {
                Some(shorter) => length = shorter,
                None => return Origin { sources: vec![at.to_owned()], included_by: Vec::new() },
            }
        }
    }

    /// Records where a node comes from.
    pub(super) fn insert(&mut self, at: String, origin: Origin) {
        self.0.insert(at, origin);
    }

    /// Records that the node at `to` is that at `from`, which `item` included.
    pub(super) fn copy(&mut self, from: &str, to: &str, item: Option<&str>) {
        let entries = self.entries(from, item);
        self.place(to, entries);
    }

    /// The origins of a node and of the nodes within it, with the rests of their pointers. `item` included the node.
    pub(super) fn entries(&self, from: &str, item: Option<&str>) -> Vec<(String, Origin)> {
        let entries = [(String::new(), self.find(from))].into_iter().chain(self.within(from));
        let included = |origin: Origin| match item {
            Some(item) => origin.included_by(item),
            None => origin,
        };
        entries.map(|(rest, origin)| (rest, included(origin))).collect()
    }

    /// Records the origins of a node and of the nodes within it.
    pub(super) fn place(&mut self, to: &str, entries: Vec<(String, Origin)>) {
        for (rest, origin) in entries {
            self.0.insert(format!("{to}{rest}"), origin);
        }
    }

    /// Removes the origins of the nodes within a node.
    pub(super) fn remove_within(&mut self, at: &str) {
        let inner: Vec<String> = self.within(at).map(|(rest, _)| format!("{at}{rest}")).collect();
        for pointer in inner {
            self.0.remove(&pointer);
        }
    }

    /// Records that the node at `to` has an origin, and that the nodes within it are those at `from`.
    pub(super) fn copy_to(&mut self, from: &str, to: &str, origin: Origin) {
        let inner: Vec<(String, Origin)> = self.within(from).collect();
        self.0.insert(to.to_owned(), origin);
        for (rest, origin) in inner {
            self.0.insert(format!("{to}{rest}"), origin);
        }
    }

    /// Adds the origin of the node at `from` to that of the node at `to`.
    pub(super) fn add(&mut self, from: &str, to: &str, item: Option<&str>) {
        let (mut origin, added) = (self.find(to), self.find(from));
        // Each only once: schemas that include others twice would double them at each level.
        add_new(&mut origin.sources, added.sources);
        add_new(&mut origin.included_by, item.map(str::to_owned).into_iter().chain(added.included_by));
        self.0.insert(to.to_owned(), origin);
    }

    /// The number of pointers that the entries within a node have.
    pub(super) fn cost(&self, at: &str) -> usize {
        self.within(at).map(|(_, origin)| 1 + origin.sources.len() + origin.included_by.len()).sum()
    }

    /// The entries within a node, with the rest of their pointers.
    fn within(&self, at: &str) -> impl Iterator<Item = (String, Origin)> {
        let start = format!("{at}/");
        let entries = self.0.range(start.clone()..);
        let entries = entries.take_while(move |(pointer, _)| pointer.starts_with(&start));
        entries.map(|(pointer, origin)| (pointer[at.len()..].to_owned(), origin.clone()))
    }
}

fn add_new(list: &mut Vec<String>, added: impl IntoIterator<Item = String>) {
    for pointer in added {
        if !list.contains(&pointer) {
            list.push(pointer);
        }
    }
}

/// The pointer of a member.
pub(super) fn member(at: &str, key: &str) -> String {
    pointer::join(at, key)
}
