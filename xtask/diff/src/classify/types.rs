//! `type`, `nullable` and unions of plain types: which types of values are valid.
//!
//! A change of the types is judged together with the formats, and in unions with the enums: a type that became wider can
//! have a format that rejects values which were valid before.

use openapi_fragment::openapi::keyword::{self, Kind as KeywordKind};

use super::super::delta::{DeltaId, Kind};
use super::alternatives::{Alternative, Alternatives, contains, includes};
use super::{Change, Context, Walker, with_trail};
use crate::MessagePart;

/// The keys that one of two unions of plain types can have instead of another.
const UNION: &[&str] = &["type", "oneOf", "anyOf"];

impl<'a> Walker<'_, 'a> {
    pub(super) fn types(&mut self, id: DeltaId, context: &Context<'a>) {
        self.nullable(id, context);
        if self.wrapped_in_one_of(id, context) {
            return;
        }
        let delta = self.delta(id);
        let (Some(old), Some(new)) = (delta.before(), delta.after()) else { return };
        let (Some(before), Some(after)) = (Alternatives::of(old), Alternatives::of(new)) else {
            return self.format(id, context);
        };
        let union = after.union.or(before.union);
        let keys: Vec<DeltaId> = UNION
            .iter()
            .filter(|key| union.is_some() || **key == "type")
            .filter_map(|key| self.child(id, key))
            .collect();
        let is_rewritten = keys.len() > 1 && keys.iter().all(|key| self.delta(*key).kind != Kind::Inner);
        // The differences between the alternatives of a union are edits of their own.
        let is_within = union.is_some() && !is_rewritten && before.has_types_of(&after);
        if keys.is_empty() || is_within {
            return self.format(id, context);
        }
        let is_same_kind = before.has_types_of(&after);
        let in_text = self.in_text(context);
        // The `enum` of a single type is an edit of its own.
        let [before, after] =
            [before, after].map(|side| if union.is_some() { side.list } else { without_values(side.list) });
        let relation = |in_text| (includes(&after, &before, in_text), includes(&before, &after, in_text));
        let relation = match relation(false) {
            (false, false) => relation(in_text),
            known => known,
        };
        let change = match (relation, union) {
            ((true, true), Some(_)) => Change::ReferenceMoved,
            ((true, true), None) => Change::OrderChanged,
            ((true, false), Some("oneOf")) if is_same_kind && contains(&after, &before) => Change::OneOfAdded,
            ((false, true), Some("oneOf")) if is_same_kind && contains(&before, &after) => {
                Change::OneOfRemoved
            }
            ((true, false), Some("anyOf")) if is_same_kind && contains(&after, &before) => Change::AnyOfAdded,
            ((false, true), Some("anyOf")) if is_same_kind && contains(&before, &after) => {
                Change::AnyOfRemoved
            }
            ((true, false), Some(_)) => Change::UnionWidened,
            ((false, true), Some(_)) => Change::UnionNarrowed,
            ((true, false), None) => Change::TypeWidened,
            ((false, true), None) => Change::TypeNarrowed,
            ((false, false), _) => Change::TypeChanged,
        };
        let mut explains = keys;
        explains.extend(self.child(id, "format"));
        if union.is_some() {
            explains.extend(self.child(id, "enum"));
        }
        if change == Change::TypeChanged || !in_text {
            explains.extend(self.of_one_side(id, &before, &after));
        }
        let detail = match change {
            Change::ReferenceMoved => "the same types expressed differently".to_owned(),
            Change::OrderChanged => "order of the types changed".to_owned(),
            _ => match [name(&before), name(&after)] {
                [before, after] if before == after => format!("values of {before}"),
                [before, after] => format!("{before} → {after}"),
            },
        };
        self.edit_claiming(change, id, &explains, context, with_trail(context, detail));
    }

    /// Whether the value is sent as text, as in parameters and headers without a media type.
    fn in_text(&self, context: &Context<'a>) -> bool {
        let reach = self.reach(context);
        let is_text = |part| matches!(part, MessagePart::Parameter | MessagePart::Header);
        !reach.is_empty() && reach.iter().all(|usage| is_text(usage.part) && usage.version.is_none())
    }

    /// The keywords that only one document has, and that apply to none of the types of the other document. They restrict no
    /// value that both documents allow.
    fn of_one_side(
        &self,
        id: DeltaId,
        before: &[Alternative<'a>],
        after: &[Alternative<'a>],
    ) -> Vec<DeltaId> {
        let applies = |key: &str, types: &[Alternative<'_>]| {
            types.iter().any(|one| one.kind.is_none_or(|kind| keyword::applies_to(key, kind)))
        };
        let of_one_side = |child: &DeltaId| {
            let delta = self.delta(*child);
            match delta.kind {
                Kind::Added => !applies(delta.key(), before),
                Kind::Removed => !applies(delta.key(), after),
                _ => false,
            }
        };
        self.children(id).filter(of_one_side).collect()
    }

    pub(super) fn nullable(&mut self, id: DeltaId, context: &Context<'a>) {
        if let Some(child) = self.child(id, "nullable") {
            self.flag(child, [Change::Nullable, Change::NotNullable], "nullable", context);
        }
    }

    /// A schema that became one alternative of a `oneOf`, or the reverse.
    fn wrapped_in_one_of(&mut self, id: DeltaId, context: &Context<'a>) -> bool {
        let Some(one_of) = self.child(id, "oneOf") else { return false };
        let Some(properties) = self.child(id, "properties") else { return false };
        let (change, detail) = match (self.delta(one_of).kind, self.delta(properties).kind) {
            (Kind::Added, Kind::Removed) => (Change::WrappedInOneOf, "now one alternative of oneOf"),
            (Kind::Removed, Kind::Added) => {
                (Change::UnwrappedFromOneOf, "no longer one alternative of oneOf")
            }
            _ => return false,
        };
        let moves = |key: &str| {
            let keyword = keyword::schema(key);
            keyword.is_some_and(|keyword| {
                keyword.kind != KeywordKind::Prose && keyword.kind != KeywordKind::Annotation
            })
        };
        let explains: Vec<DeltaId> = self
            .children(id)
            .filter(|child| self.delta(*child).kind != Kind::Inner && moves(self.delta(*child).key()))
            .collect();
        self.edit_claiming(change, id, &explains, context, with_trail(context, detail));
        true
    }

    fn format(&mut self, id: DeltaId, context: &Context<'a>) {
        let Some(child) = self.child(id, "format") else { return };
        let delta = self.delta(child);
        let change = super::formats::change(delta.before(), delta.after());
        self.edit(change, child, context, super::describe(context, "format", delta));
    }
}

fn without_values(alternatives: Vec<Alternative<'_>>) -> Vec<Alternative<'_>> {
    alternatives.into_iter().map(|one| Alternative { values: None, ..one }).collect()
}

fn name(alternatives: &[Alternative<'_>]) -> String {
    let mut names: Vec<String> = alternatives.iter().map(ToString::to_string).collect();
    names.dedup();
    if names.is_empty() { "nothing".to_owned() } else { names.join(" or ") }
}
