//! Operations that have another address in the revision: another path, another method, or both.
//!
//! Two operations match if they have the same id, or else if they have the same content and no other operation has it. A
//! path whose operations all moved to one new path was renamed, and is matched as a whole.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::Renames;
use super::alike::alike;
use openapi_fragment::openapi::{METHODS, Role, without_variables};

/// Path and method.
pub(crate) type Address<'a> = (&'a str, &'a str);

/// Names of an operation, which are not part of its content.
const NAMES: &[&str] = &["operationId", "x-short-name", "x-go-sdk-name", "x-atlas-cli", "tags"];

/// The operations that moved.
#[derive(Debug, Default)]
pub(crate) struct Moves<'a> {
    /// From and to, in the order of the base, without operations that moved with their path.
    pairs: Vec<(Address<'a>, Address<'a>)>,
    left: HashSet<Address<'a>>,
    came: HashSet<Address<'a>>,
    /// Paths that were renamed, by their old name.
    paths: HashMap<&'a str, &'a str>,
}

impl<'a> Moves<'a> {
    /// Finds the operations that moved. The names of renamed components are not a difference between operations.
    pub(super) fn find(base: &'a Value, revision: &'a Value, renames: &Renames<'a>) -> Self {
        let (old, new) = (Operations::of(base), Operations::of(revision));
        let mut pairs = by_id(&old, &new, renames);
        pairs.extend(by_shape(&old, &new, &pairs, renames));
        pairs.sort_unstable();
        let mut moves = Self { paths: renamed_paths(&old, &new, &pairs), ..Self::default() };
        for (from, to) in pairs {
            let (from, to) = (old.all[from].at, new.all[to].at);
            let with_its_path = from.1 == to.1 && moves.paths.get(from.0) == Some(&to.0);
            if !with_its_path {
                moves.pairs.push((from, to));
                moves.left.insert(from);
                moves.came.insert(to);
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
    pub(crate) fn has_left(&self, path: &str, method: &str) -> bool {
        self.left.contains(&(path, method))
    }

    /// Whether the operation at this address of the revision moved here independently of its path.
    pub(crate) fn has_come(&self, path: &str, method: &str) -> bool {
        self.came.contains(&(path, method))
    }

    /// The new name of a renamed path.
    pub(crate) fn path(&self, old: &str) -> Option<&'a str> {
        self.paths.get(old).copied()
    }

    /// The address in the revision of an operation of the base, if it moved.
    pub(crate) fn to<'b>(&self, path: &str, method: &'b str) -> Option<(&'a str, &'b str)>
    where
        'a: 'b,
    {
        let alone = self.pairs.iter().find(|(from, _)| *from == (path, method)).map(|(_, to)| *to);
        alone.or_else(|| self.path(path).map(|path| (path, method)))
    }
}

/// An operation of one document.
struct Found<'a> {
    at: Address<'a>,
    node: &'a Value,
    id: Option<&'a str>,
}

/// All operations of one document.
struct Operations<'a> {
    all: Vec<Found<'a>>,
    /// By path and method, without the names of path variables.
    places: HashMap<(Cow<'a, str>, &'a str), usize>,
    /// By id; `None` if several operations have the id.
    ids: HashMap<&'a str, Option<usize>>,
}

impl<'a> Operations<'a> {
    fn of(document: &'a Value) -> Self {
        let mut found = Self { all: Vec::new(), places: HashMap::new(), ids: HashMap::new() };
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            for (method, node) in item.as_object().into_iter().flatten() {
                if !METHODS.contains(&method.as_str()) || !node.is_object() {
                    continue;
                }
                let index = found.all.len();
                let id = node.get("operationId").and_then(Value::as_str);
                found.places.insert((without_variables(path), method), index);
                if let Some(id) = id {
                    found.ids.entry(id).and_modify(|known| *known = None).or_insert(Some(index));
                }
                found.all.push(Found { at: (path, method), node, id });
            }
        }
        found
    }

    /// The operation at this address.
    fn here(&self, (path, method): Address<'a>) -> Option<usize> {
        self.places.get(&(without_variables(path), method)).copied()
    }

    /// The only operation with this id.
    fn named(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied().flatten()
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
        alike(Role::Operation, &shape(old.all[from].node), &shape(new.all[to].node), renames)
    };
    let mut pairs = Vec::new();
    for (from, found) in old.all.iter().enumerate() {
        let Some(id) = found.id.filter(|id| old.named(id).is_some()) else { continue };
        let Some(to) = new.named(id).filter(|to| new.here(found.at) != Some(*to)) else { continue };
        let (heir, former) = (new.here(found.at), old.here(new.all[to].at));
        let moved = (heir.is_none() && former.is_none())
            || same(from, to)
                && heir.is_none_or(|heir| !same(from, heir))
                && former.is_none_or(|former| !same(former, to));
        if moved {
            pairs.push((from, to));
        }
    }
    pairs
}

/// Removed and added operations with the same content, if no other operation has it and the content is specific enough.
fn by_shape<'a>(
    old: &Operations<'a>,
    new: &Operations<'a>,
    known: &[(usize, usize)],
    renames: &Renames<'a>,
) -> Vec<(usize, usize)> {
    let alone =
        |these: &Operations<'a>, those: &Operations<'a>, known: HashSet<usize>| -> Vec<(usize, Value)> {
            let alone = these
                .all
                .iter()
                .enumerate()
                .filter(|(index, found)| !known.contains(index) && those.here(found.at).is_none());
            alone.map(|(index, found)| (index, shape(found.node))).collect()
        };
    let gone = alone(old, new, known.iter().map(|pair| pair.0).collect());
    let came = alone(new, old, known.iter().map(|pair| pair.1).collect());
    let mut fitting = Vec::new();
    for (from, was) in &gone {
        for (to, is) in &came {
            let (before, after) = (old.all[*from].at, new.all[*to].at);
            let near = before.1 == after.1 || without_variables(before.0) == without_variables(after.0);
            let nodes = [old.all[*from].node, new.all[*to].node];
            let known = nodes.iter().all(|node| has_content(node)) || same_summary(nodes);
            if near && known && alike(Role::Operation, was, is, renames) {
                fitting.push((*from, *to));
            }
        }
    }
    let only = |pair: &&(usize, usize)| {
        fitting.iter().filter(|other| (other.0 == pair.0) || (other.1 == pair.1)).count() == 1
    };
    fitting.iter().filter(only).copied().collect()
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
fn shape(node: &Value) -> Value {
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
