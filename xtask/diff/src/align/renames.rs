//! Renamed components, and the resolution of references.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::candidates::{self, Candidates, Pair};
use super::equivalence::equivalent;
use super::moves::Moves;
use super::usage::{self, Usage, Users};
use crate::{Side, Sides};
use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, Role, Section, component};
use openapi_fragment::pointer;

/// The minimum share of common members for a component to count as renamed.
const MIN_SIMILARITY: f64 = 0.6;

/// Both documents, with the components and operations that were renamed or moved between them.
#[derive(Debug)]
pub(crate) struct Renames<'a> {
    base: &'a Value,
    revision: &'a Value,
    pairs: HashMap<(Section, &'a str), &'a str>,
    /// The new names of renamed components.
    new_names: HashSet<(Section, &'a str)>,
    /// The names that the documents use for different components.
    reused: HashSet<(Section, &'a str)>,
    /// The operations that moved.
    pub(crate) moves: Moves<'a>,
}

impl<'a> Renames<'a> {
    /// Finds the renamed components by their effective forms, and then the operations that moved by their texts, because an
    /// operation that moves to another path inherits other parameters there. Returns both notations of the documents.
    pub(crate) fn find(effective: Sides<&'a Value>, texts: Sides<&'a Value>) -> (Self, Self) {
        let renames = Self::components(effective.base, effective.revision);
        let Self { pairs, new_names, reused, .. } = &renames;
        let in_texts = Self {
            base: texts.base,
            revision: texts.revision,
            pairs: pairs.clone(),
            new_names: new_names.clone(),
            reused: reused.clone(),
            moves: Moves::default(),
        };
        let moves = Moves::find(texts.base, texts.revision, &in_texts);
        (Self { moves: moves.clone(), ..renames }, Self { moves, ..in_texts })
    }

    /// Finds the renamed components. A component that references another renamed component is found after that one.
    fn components(base: &'a Value, revision: &'a Value) -> Self {
        let (pairs, new_names, reused) = (HashMap::new(), HashSet::new(), HashSet::new());
        let mut renames = Self { base, revision, pairs, new_names, reused, moves: Moves::default() };
        let mut left = Candidates::of(base, revision);
        let edited = candidates::edited(base, revision);
        if edited.is_empty() && left.iter().all(|left| left.removed.is_empty() || left.added.is_empty()) {
            return renames;
        }
        let usage = Usage::of(Sides::new(base, revision));
        loop {
            let users = usage.users(&renames);
            for (section, name, Sides { base, revision }) in &edited {
                let is_reused = renames.keeps_name(*section, name)
                    && usage.is_reused((*section, name), &users)
                    && !equivalent(section.member(), base, revision, &renames);
                if let (true, Some(left)) = (is_reused, left.iter_mut().find(|left| left.section == *section))
                {
                    renames.reused.insert((*section, name));
                    left.removed.push((name, base));
                    left.added.push((name, revision));
                }
            }
            let found = renames.next(&left, &users);
            if found.is_empty() {
                break;
            }
            for pair @ (section, old, new) in found {
                renames.pairs.insert((section, old), new);
                renames.new_names.insert((section, new));
                Candidates::remove(&mut left, pair);
            }
        }
        // A component that is used elsewhere may still be the same one.
        for (section, name, Sides { base, revision }) in edited {
            if !renames.pairs.contains_key(&(section, name))
                && !renames.new_names.contains(&(section, name))
                && renames.similarity(base, revision) >= MIN_SIMILARITY
            {
                renames.reused.remove(&(section, name));
            }
        }
        renames
    }

    /// The pairs with the strongest evidence among these candidates.
    fn next(&self, left: &[Candidates<'a>], users: &Sides<Users<'_>>) -> Vec<Pair<'a>> {
        let unique = |score: &dyn Fn(Section, &Value, &Value) -> Option<f64>| -> Vec<Pair<'a>> {
            let found = left.iter().flat_map(|left| left.unique(|old, new| score(left.section, old, new)));
            found.filter(|(_, old, new)| old != new).collect()
        };
        let equal = |section: Section, old: &Value, new: &Value| {
            equivalent(section.member(), old, new, self).then_some(1.0)
        };
        let similar = |_, old: &Value, new: &Value| {
            Some(self.similarity(old, new)).filter(|similarity| *similarity >= MIN_SIMILARITY)
        };
        let mut found = unique(&equal);
        if found.is_empty() {
            found = unique(&similar);
        }
        if found.is_empty() {
            found = usage::with_same_users(users, left);
        }
        found
    }

    /// The new name of a renamed component.
    pub(crate) fn get(&self, section: Section, old: &str) -> Option<&'a str> {
        self.pairs.get(&(section, old)).copied()
    }

    /// The name that a security scheme of the base has in the revision.
    pub(crate) fn scheme<'b>(&self, old: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.get(Section::SecuritySchemes, old).unwrap_or(old)
    }

    /// Whether both documents use this name for the same component.
    pub(super) fn keeps_name(&self, section: Section, name: &str) -> bool {
        let name = (section, name);
        !self.pairs.contains_key(&name) && !self.new_names.contains(&name) && !self.reused.contains(&name)
    }

    pub(super) fn has_reused_names(&self) -> bool {
        !self.reused.is_empty()
    }

    /// A name for this component that the other document uses for the same component, or for none.
    pub(super) fn common_name<'n>(&self, section: Section, name: &'n str, side: Side) -> Cow<'n, str>
    where
        'a: 'n,
    {
        match (side, self.get(section, name)) {
            (Side::Base, Some(new)) => Cow::Borrowed(new),
            (Side::Base, None) if self.reused.contains(&(section, name)) => format!("old {name}").into(),
            _ => Cow::Borrowed(name),
        }
    }

    /// Whether two references have the same component as target, which may be renamed.
    pub(crate) fn same_reference(&self, old: &Value, new: &Value) -> bool {
        let is_reused = || {
            let target = old.as_str().and_then(component);
            target.is_some_and(|target| self.reused.contains(&target))
        };
        old == new && !is_reused() || self.renamed(old, new).is_some()
    }

    /// The target of a reference, under the name that it has in the revision.
    pub(super) fn target<'b>(
        &self,
        reference: &'b Value,
        side: Side,
    ) -> Option<(Option<Section>, Cow<'b, str>)>
    where
        'a: 'b,
    {
        let reference = reference.as_str()?;
        let Some((section, name)) = component(reference) else { return Some((None, reference.into())) };
        Some((Some(section), self.common_name(section, name, side)))
    }

    /// The rename that explains the difference between two references.
    pub(crate) fn renamed(&self, old: &Value, new: &Value) -> Option<(Section, &'a str)> {
        let (section, old) = component(old.as_str()?)?;
        let (other, new) = component(new.as_str()?)?;
        let found = self.get(section, old)?;
        (section == other && found == new).then_some((section, found))
    }

    pub(super) fn document(&self, side: Side) -> &'a Value {
        match side {
            Side::Base => self.base,
            Side::Revision => self.revision,
        }
    }

    /// The target of a reference with its pointer, or the node itself if it is no reference. `None` if the target does not
    /// exist.
    pub(crate) fn resolve<'b>(&self, node: &'b Value, side: Side) -> Option<(Option<&'b str>, &'b Value)>
    where
        'a: 'b,
    {
        let document = self.document(side);
        let (mut node, mut at) = (node, None);
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(reference) = node.get("$ref") else { return Some((at, node)) };
            let target = reference.as_str()?.strip_prefix('#')?;
            let mut here = document;
            for token in pointer::tokens(target)? {
                here = match here {
                    Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                    other => other.get(token.as_ref())?,
                };
            }
            (node, at) = (here, Some(target));
        }
        None
    }

    /// The location (`in`) and the name of a parameter, which identify it.
    pub(crate) fn parameter_key(&self, node: &'a Value, side: Side) -> Option<(&'a Value, &'a Value)> {
        let (_, node) = self.resolve(node, side)?;
        Some((node.get("in")?, node.get("name")?))
    }

    pub(crate) fn is_path_parameter(&self, node: &'a Value, side: Side) -> bool {
        self.parameter_key(node, side).is_some_and(|(location, _)| location == "path")
    }

    /// Whether two parameters differ only in their names. Path variables are matched by their order instead.
    pub(super) fn same_parameter_but_name(&self, old: &'a Value, new: &'a Value) -> bool {
        let (Some((_, old)), Some((_, new))) =
            (self.resolve(old, Side::Base), self.resolve(new, Side::Revision))
        else {
            return false;
        };
        let (Some(old), Some(new)) = (nameless(old), nameless(new)) else { return false };
        old.get("in").is_some_and(|location| location != "path")
            && equivalent(Role::Parameter, &old, &new, self)
    }

    /// Whether two parameters have the same name in different locations. Path variables belong to their path.
    pub(super) fn same_parameter_but_location(&self, old: &'a Value, new: &'a Value) -> bool {
        let (Some(old), Some(new)) =
            (self.parameter_key(old, Side::Base), self.parameter_key(new, Side::Revision))
        else {
            return false;
        };
        old.1 == new.1 && old.0 != "path" && new.0 != "path"
    }

    /// The share of common properties or values of two schemas, from 0 to 1.
    fn similarity(&self, old: &Value, new: &Value) -> f64 {
        let share = |common: usize, old: usize, new: usize| {
            // One common member may be a coincidence. The counts are small enough for an exact `f64`.
            if common < 2 { 0.0 } else { common as f64 / old.max(new) as f64 }
        };
        match (old.get("properties"), new.get("properties"), old.get("enum"), new.get("enum")) {
            (Some(Value::Object(old)), Some(Value::Object(new)), ..) => {
                let same = |(key, old): &(&String, &Value)| {
                    new.get(*key).is_some_and(|new| equivalent(Role::Schema, old, new, self))
                };
                share(old.iter().filter(same).count(), old.len(), new.len())
            }
            (None, None, Some(Value::Array(old)), Some(Value::Array(new))) => {
                let known: HashSet<&Value> = new.iter().collect();
                share(old.iter().filter(|value| known.contains(value)).count(), old.len(), new.len())
            }
            _ => 0.0,
        }
    }
}

fn nameless(parameter: &Value) -> Option<Value> {
    let mut parameter = parameter.as_object()?.clone();
    parameter.shift_remove("name");
    Some(Value::Object(parameter))
}
