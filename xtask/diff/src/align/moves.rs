//! Operations that have another address in the revision: another path, another method, or both.
//!
//! Two operations match if they have the same id, or else if they have the same content and no other operation has it. A
//! path whose operations all moved to one new path was renamed, and is matched as a whole.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::Renames;
use super::equivalence::equivalent;
use openapi_fragment::openapi::{METHODS, Role, without_variables};

/// Path and method.
pub(crate) type Address<'a> = (&'a str, &'a str);

/// Names of an operation, which are not part of its content.
const NAMES: &[&str] = &["operationId", "x-short-name", "x-go-sdk-name", "x-atlas-cli", "tags"];

/// The operations that moved.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moves<'a> {
    /// From and to, in the order of the base, without operations that moved with their path.
    pairs: Vec<(Address<'a>, Address<'a>)>,
    origins: HashSet<Address<'a>>,
    destinations: HashSet<Address<'a>>,
    /// Paths that were renamed, by their old name.
    paths: HashMap<&'a str, &'a str>,
}

impl<'a> Moves<'a> {
    /// Finds the operations that moved. The names of renamed components are not a difference between operations.
    pub(super) fn find(base: &'a Value, revision: &'a Value, renames: &Renames<'a>) -> Self {
        let (old, new) = (Operations::of(base), Operations::of(revision));
        let mut pairs = by_id(&old, &new, renames);
        pairs.extend(by_content(&old, &new, &pairs, renames));
        pairs.sort_unstable();
        let mut moves = Self { paths: renamed_paths(&old, &new, &pairs), ..Self::default() };
        for (from, to) in pairs {
            let (from, to) = (old.all[from].at, new.all[to].at);
            let with_its_path = from.1 == to.1 && moves.paths.get(from.0) == Some(&to.0);
            if !with_its_path {
                moves.pairs.push((from, to));
                moves.origins.insert(from);
                moves.destinations.insert(to);
            }
        }
        moves
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.paths.is_empty()
    }

    /// The old and the new address of each operation that moved independently of its path.
    pub(crate) fn pairs(&self) -> &[(Address<'a>, Address<'a>)] {
        &self.pairs
    }

    /// Whether the operation at this address of the base moved independently of its path.
    pub(crate) fn is_origin(&self, path: &str, method: &str) -> bool {
        self.origins.contains(&(path, method))
    }

    /// Whether the operation at this address of the revision moved here independently of its path.
    pub(crate) fn is_destination(&self, path: &str, method: &str) -> bool {
        self.destinations.contains(&(path, method))
    }

    /// The new name of a renamed path.
    pub(crate) fn path(&self, old: &str) -> Option<&'a str> {
        self.paths.get(old).copied()
    }

    /// The address in the revision of an operation of the base, if it moved.
    pub(crate) fn destination<'b>(&self, path: &str, method: &'b str) -> Option<(&'a str, &'b str)>
    where
        'a: 'b,
    {
        let moved = self.pairs.iter().find(|(from, _)| *from == (path, method)).map(|(_, to)| *to);
        moved.or_else(|| self.path(path).map(|path| (path, method)))
    }
}

/// An operation of one document.
struct FoundOperation<'a> {
    at: Address<'a>,
    node: &'a Value,
    id: Option<&'a str>,
}

/// All operations of one document.
struct Operations<'a> {
    all: Vec<FoundOperation<'a>>,
    /// By path and method, without the names of path variables.
    by_address: HashMap<(Cow<'a, str>, &'a str), usize>,
    /// By id; `None` if several operations have the id.
    by_id: HashMap<&'a str, Option<usize>>,
}

impl<'a> Operations<'a> {
    fn of(document: &'a Value) -> Self {
        let mut found = Self { all: Vec::new(), by_address: HashMap::new(), by_id: HashMap::new() };
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            for (method, node) in item.as_object().into_iter().flatten() {
                if !METHODS.contains(&method.as_str()) || !node.is_object() {
                    continue;
                }
                let index = found.all.len();
                let id = node.get("operationId").and_then(Value::as_str);
                found.by_address.insert((without_variables(path), method), index);
                if let Some(id) = id {
                    found.by_id.entry(id).and_modify(|known| *known = None).or_insert(Some(index));
                }
                found.all.push(FoundOperation { at: (path, method), node, id });
            }
        }
        found
    }

    /// The operation at this address.
    fn at_address(&self, (path, method): Address<'a>) -> Option<usize> {
        self.by_address.get(&(without_variables(path), method)).copied()
    }

    /// The only operation with this id.
    fn with_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied().flatten()
    }

    /// The indices of the operations of a path.
    fn of_path(&self, path: &str) -> impl Iterator<Item = usize> {
        self.all.iter().enumerate().filter(move |(_, found)| found.at.0 == path).map(|(index, _)| index)
    }
}

/// Operations that have the same id at another address. If one of the addresses is in use in both documents, the content
/// decides: either the operations or only their ids were swapped.
fn by_id<'a>(old: &Operations<'a>, new: &Operations<'a>, renames: &Renames<'a>) -> Vec<(usize, usize)> {
    let same = |from: usize, to: usize| {
        equivalent(Role::Operation, &content(old.all[from].node), &content(new.all[to].node), renames)
    };
    let mut pairs = Vec::new();
    for (from, found) in old.all.iter().enumerate() {
        let Some(id) = found.id.filter(|id| old.with_id(id).is_some()) else { continue };
        let Some(to) = new.with_id(id).filter(|to| new.at_address(found.at) != Some(*to)) else { continue };
        let (successor, predecessor) = (new.at_address(found.at), old.at_address(new.all[to].at));
        let moved = (successor.is_none() && predecessor.is_none())
            || same(from, to)
                && successor.is_none_or(|successor| !same(from, successor))
                && predecessor.is_none_or(|predecessor| !same(predecessor, to));
        if moved {
            pairs.push((from, to));
        }
    }
    pairs
}

/// Removed and added operations with the same content, if no other operation has it and the content is specific enough.
fn by_content<'a>(
    old: &Operations<'a>,
    new: &Operations<'a>,
    known: &[(usize, usize)],
    renames: &Renames<'a>,
) -> Vec<(usize, usize)> {
    let unmatched =
        |these: &Operations<'a>, those: &Operations<'a>, known: HashSet<usize>| -> Vec<(usize, Value)> {
            let unmatched = these
                .all
                .iter()
                .enumerate()
                .filter(|(index, found)| !known.contains(index) && those.at_address(found.at).is_none());
            unmatched.map(|(index, found)| (index, content(found.node))).collect()
        };
    let removed = unmatched(old, new, known.iter().map(|pair| pair.0).collect());
    let added = unmatched(new, old, known.iter().map(|pair| pair.1).collect());
    let mut candidates = Vec::new();
    for (from, was) in &removed {
        for (to, is) in &added {
            let (before, after) = (old.all[*from].at, new.all[*to].at);
            let is_close = before.1 == after.1 || without_variables(before.0) == without_variables(after.0);
            let nodes = [old.all[*from].node, new.all[*to].node];
            let known = nodes.iter().all(|node| has_content(node)) || same_summary(nodes);
            if is_close && known && equivalent(Role::Operation, was, is, renames) {
                candidates.push((*from, *to));
            }
        }
    }
    let only = |pair: &&(usize, usize)| {
        candidates.iter().filter(|other| (other.0 == pair.0) || (other.1 == pair.1)).count() == 1
    };
    candidates.iter().filter(only).copied().collect()
}

/// The paths whose operations all moved to one new path that has no other operations.
fn renamed_paths<'a>(
    old: &Operations<'a>,
    new: &Operations<'a>,
    pairs: &[(usize, usize)],
) -> HashMap<&'a str, &'a str> {
    let paths = |operations: &Operations<'a>| -> BTreeSet<Cow<'a, str>> {
        operations.all.iter().map(|found| without_variables(found.at.0)).collect()
    };
    let (was, is) = (paths(old), paths(new));
    let mut renamed = HashMap::new();
    // An operation whose method changed as well is no evidence for a rename of the path.
    for (from, to) in pairs.iter().filter(|(from, to)| old.all[*from].at.1 == new.all[*to].at.1) {
        let (from, to) = (old.all[*from].at.0, new.all[*to].at.0);
        let is_free = !is.contains(&without_variables(from)) && !was.contains(&without_variables(to));
        let all = old
            .of_path(from)
            .all(|index| pairs.iter().any(|pair| pair.0 == index && new.all[pair.1].at.0 == to))
            && new
                .of_path(to)
                .all(|index| pairs.iter().any(|pair| pair.1 == index && old.all[pair.0].at.0 == from));
        if is_free && all {
            renamed.insert(from, to);
        }
    }
    renamed
}

/// The content of an operation: all but its names.
fn content(node: &Value) -> Value {
    let members = node.as_object().into_iter().flatten();
    let kept = members.filter(|(key, _)| !NAMES.contains(&key.as_str()));
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>())
}

/// Whether the content can identify an operation: operations without data all look the same.
fn has_content(node: &Value) -> bool {
    let responses = node.get("responses").and_then(Value::as_object).into_iter().flatten();
    node.get("requestBody").is_some()
        || responses
            .filter(|(status, _)| status.starts_with('2'))
            .any(|(_, response)| response.get("$ref").is_some() || response.get("content").is_some())
}

/// Whether both have the same summary.
fn same_summary([old, new]: [&Value; 2]) -> bool {
    let summary = old.get("summary").and_then(Value::as_str).filter(|summary| !summary.is_empty());
    summary.is_some() && summary == new.get("summary").and_then(Value::as_str)
}
