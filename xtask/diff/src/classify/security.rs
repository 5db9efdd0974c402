//! Security: which callers an operation accepts, and how they authenticate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::delta::{Delta, DeltaId, Kind, Step};
use super::{Change, Context, Walker, describe};
use crate::{Side, Sides};
use openapi_fragment::openapi::{Role, Section};

/// One of the requirements of an operation, of which a caller has to meet one.
struct Alternative<'a> {
    /// The scopes that a caller needs, by security scheme.
    needs: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The difference at the requirement; `None` if both documents have it, or neither.
    delta: Option<DeltaId>,
}

impl Alternative<'_> {
    /// Whether all callers that meet the other requirement meet this one.
    fn includes(&self, other: &Self) -> bool {
        self.needs
            .iter()
            .all(|(scheme, scopes)| other.needs.get(scheme).is_some_and(|needed| needed.is_superset(scopes)))
    }
}

impl<'a> Walker<'_, 'a> {
    /// The security requirements of an operation. They are judged by the callers that they accept, so a requirement has no
    /// effect beside another one that accepts its callers, too.
    pub(super) fn requirements(&mut self, id: DeltaId, context: &Context<'a>) {
        let Sides { base, revision } = Sides::of(|side| self.alternatives_in(id, side));
        for lost in base.iter().filter(|old| !revision.iter().any(|new| new.includes(old))) {
            self.access_changed(id, lost, &revision, Side::Base, context);
        }
        for gained in revision.iter().filter(|new| !base.iter().any(|old| old.includes(new))) {
            self.access_changed(id, gained, &base, Side::Revision, context);
        }
        for leaf in self.deltas.leaves_within(id) {
            let delta = self.delta(leaf);
            if let (Kind::Name, Some(scheme)) = (delta.kind, delta.parent) {
                let scheme = self.delta(scheme).new_key();
                self.pending_references.push(((Section::SecuritySchemes, scheme), leaf));
            }
        }
        // The others accept the same callers as before.
        let items =
            [id].into_iter().filter(|id| self.delta(*id).kind != Kind::Inner).chain(self.children(id));
        for item in items.filter(|item| is_well_formed(self.delta(*item).value())).collect::<Vec<_>>() {
            self.claim(item);
        }
    }

    /// The requirements of an operation in one document, without those that accept no further callers. No requirements
    /// accept any caller.
    fn alternatives_in(&self, id: DeltaId, side: Side) -> Vec<Alternative<'a>> {
        let list = self.delta(id).values().get(side).and_then(Value::as_array);
        let items = list.into_iter().flatten().enumerate();
        let mut all: Vec<Alternative<'a>> = items
            .filter_map(|(index, item)| {
                let needs = item.as_object()?.iter().map(|(scheme, scopes)| {
                    let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
                    let name = match side {
                        Side::Base => self.comparison.renames.scheme(scheme),
                        Side::Revision => scheme,
                    };
                    (name, scopes.collect())
                });
                let is_here = |delta: &Delta<'_>| {
                    let node = *Sides::new(delta.base, delta.revision).get(side);
                    node.is_some_and(|node| node.step == Step::Index(index))
                };
                let delta = self.children(id).find(|child| is_here(self.delta(*child)));
                Some(Alternative { needs: needs.collect(), delta })
            })
            .collect();
        if all.is_empty() {
            all.push(Alternative { needs: BTreeMap::new(), delta: None });
        }
        let mut minimal: Vec<Alternative<'a>> = Vec::with_capacity(all.len());
        for alternative in all {
            if !minimal.iter().any(|known| known.includes(&alternative)) {
                minimal.retain(|known| !alternative.includes(known));
                minimal.push(alternative);
            }
        }
        minimal
    }

    /// The edit for a requirement that only one document has and whose callers no requirement of the other one accepts.
    fn access_changed(
        &mut self,
        id: DeltaId,
        changed: &Alternative<'a>,
        others: &[Alternative<'a>],
        side: Side,
        context: &Context<'a>,
    ) {
        let is_lost = side == Side::Base;
        let related: Vec<&Alternative<'a>> = others.iter().filter(|other| changed.includes(other)).collect();
        let related_in_words = || related.iter().map(|other| in_words(other)).collect::<Vec<_>>().join(", ");
        if changed.needs.is_empty() {
            let (change, sign) =
                if is_lost { (Change::SecurityIntroduced, '+') } else { (Change::SecurityDropped, '−') };
            self.edit(change, id, context, format!("{sign} security {}", related_in_words()));
            return;
        }
        let at = changed.delta.unwrap_or(id);
        let has_other_scopes = at != id && self.delta(at).kind == Kind::Inner;
        if has_other_scopes && related.iter().all(|other| other.delta == changed.delta) {
            self.scopes(at, is_lost, context);
            return;
        }
        let words = in_words(changed);
        let (change, detail) = match (is_lost, related.is_empty()) {
            (true, true) => (Change::SecurityRemoved, format!("− security {words}")),
            (true, false) => (Change::SecurityRemoved, format!("security {words} → {}", related_in_words())),
            (false, true) => (Change::SecurityAdded, format!("+ security {words}")),
            (false, false) => (Change::SecurityAdded, format!("security {} → {words}", related_in_words())),
        };
        let explains: Vec<DeltaId> =
            [at].into_iter().chain(related.iter().filter_map(|other| other.delta)).collect();
        self.edit_claiming(change, at, &explains, context, detail);
    }

    /// The scopes that were added to a requirement or removed from it.
    fn scopes(&mut self, requirement: DeltaId, added: bool, context: &Context<'a>) {
        let (kind, change, sign) = match added {
            true => (Kind::Added, Change::ScopeAdded, '+'),
            false => (Kind::Removed, Change::ScopeRemoved, '−'),
        };
        for scheme in self.children(requirement) {
            let scopes: Vec<DeltaId> =
                self.children(scheme).filter(|scope| self.delta(*scope).kind == kind).collect();
            let what = format!("scope of {}", self.delta(scheme).new_key());
            self.values(scheme, &scopes, change, sign, &what, context);
        }
    }

    /// A security scheme that both documents have.
    pub(super) fn security_scheme(&mut self, id: DeltaId, context: &Context<'a>) {
        self.common_keys(id, context);
        if let Some(kind) = self.child(id, "type") {
            // Each type has keys of its own.
            let keys: Vec<DeltaId> = self.children(id).filter(|key| !self.is_claimed(*key)).collect();
            let detail = describe(context, "type", self.delta(kind));
            self.edit_claiming(Change::SecuritySchemeChanged, kind, &keys, context, detail);
        }
        for leaf in self.deltas.leaves_within(id) {
            if self.claimed.contains(&leaf) {
                continue;
            }
            let delta = self.delta(leaf);
            let parent = self.delta(delta.parent.unwrap_or(id)).role;
            let change = match (delta.role, parent, delta.kind) {
                (Role::Flows | Role::Flow, _, Kind::Added) => Change::FlowAdded,
                (Role::Flows | Role::Flow, _, Kind::Removed) => Change::FlowRemoved,
                (Role::Scopes, _, Kind::Added) | (_, Role::Scopes, Kind::Added) => Change::ScopeDefined,
                (Role::Scopes, _, Kind::Removed) | (_, Role::Scopes, Kind::Removed) => Change::ScopeUndefined,
                (_, Role::Scopes, _) => Change::ProseChanged,
                (_, Role::Flow, Kind::Added) if delta.key() == "refreshUrl" => Change::RefreshUrlAdded,
                (_, Role::Flow, Kind::Removed) if delta.key() == "refreshUrl" => Change::RefreshUrlRemoved,
                // A hint for readers, by OpenAPI.
                _ if delta.key() == "bearerFormat" => Change::ProseChanged,
                _ => Change::SecuritySchemeChanged,
            };
            self.edit(change, leaf, context, describe(context, delta.key(), delta));
        }
    }
}

/// Whether this is a requirement, or a list of requirements.
fn is_well_formed(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|items| items.iter().all(Value::is_object))
}

/// `a (read, write) and b`
fn in_words(requirement: &Alternative<'_>) -> String {
    let scheme = |(name, scopes): (&&str, &BTreeSet<&str>)| {
        if scopes.is_empty() {
            return (*name).to_owned();
        }
        format!("{name} ({})", scopes.iter().copied().collect::<Vec<_>>().join(", "))
    };
    requirement.needs.iter().map(scheme).collect::<Vec<_>>().join(" and ")
}
