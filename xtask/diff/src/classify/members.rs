//! The properties of a schema, and which of them are required.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::schema::type_name;
use super::{Change, Context, Walker, side_with, with_trail};
use crate::{Edit, Level, Side, Sides};
use openapi_fragment::openapi::Role;
use openapi_fragment::openapi::keyword::allows_any_value;
use openapi_fragment::pointer;

impl<'a> Walker<'_, 'a> {
    /// Handles `properties` and `required` together: a property that was added with its name in `required` is one edit.
    pub(super) fn members(&mut self, id: DeltaId, context: &Context<'a>) {
        let claimed =
            |walker: &Self, key: &str| walker.child(id, key).is_some_and(|child| walker.is_claimed(child));
        if claimed(self, "properties") || claimed(self, "required") {
            return;
        }
        let mut required = self.required_names(id);
        if let Some(properties) = self.child(id, "properties") {
            let delta = self.delta(properties);
            if delta.kind == Kind::Inner {
                for child in self.children(properties) {
                    self.property(id, child, &mut required, context);
                }
            } else {
                self.all_properties(properties, &mut required, context);
            }
        }
        self.other_required_names(id, &required, context);
    }

    /// The differences of `required`, each with the name that was added or removed.
    fn required_names(&self, id: DeltaId) -> Vec<(Kind, String, DeltaId)> {
        let Some(list) = self.child(id, "required") else { return Vec::new() };
        let delta = self.delta(list);
        let named = |kind, value: &Value, at| (kind, value.as_str().unwrap_or_default().to_owned(), at);
        if delta.kind != Kind::Inner {
            let names = delta.value().as_array();
            return names.into_iter().flatten().map(|name| named(delta.kind, name, list)).collect();
        }
        delta
            .children
            .iter()
            .map(|child| named(self.delta(*child).kind, self.delta(*child).value(), *child))
            .collect()
    }

    fn property(
        &mut self,
        id: DeltaId,
        child: DeltaId,
        required: &mut Vec<(Kind, String, DeltaId)>,
        context: &Context<'a>,
    ) {
        let delta = self.delta(child);
        let (old, new) = (delta.key(), delta.new_key());
        match delta.kind {
            Kind::Added | Kind::Removed => {
                self.one_sided_property(id, child, child, new, delta.value(), required, context)
            }
            Kind::Inner if old != new => {
                let mut explains: Vec<DeltaId> =
                    self.children(child).filter(|inner| self.delta(*inner).kind == Kind::Name).collect();
                explains.extend(take(required, Kind::Removed, old));
                explains.extend(take(required, Kind::Added, new));
                let detail = with_trail(context, format_args!("{old} → {new}"));
                let inner = self.of_property(id, old, new, context);
                self.edit_claiming(
                    Change::PropertyRenamed,
                    child,
                    &explains,
                    &Context { whole: false, ..context.clone() }
                        .of_part(delta.before().unwrap_or(&Value::Null)),
                    detail,
                );
                self.schema(child, &inner);
            }
            Kind::Inner => self.schema(child, &self.of_property(id, old, new, context)),
            _ => {
                self.edit(
                    Change::TypeChanged,
                    child,
                    &context.inside(new),
                    with_trail(context, format_args!("{new}: schema replaced")),
                );
            }
        }
    }

    /// The context of a property that both documents have, by its names.
    fn of_property(&self, id: DeltaId, old: &str, new: &str, context: &Context<'a>) -> Context<'a> {
        let Sides { base, revision } = self.both(id, "required");
        Context { required: lists(base, old) && lists(revision, new), ..context.inside(new) }
    }

    /// A property that only one document has. `claims` is the node that was added or removed, which is the property or a node
    /// around it.
    #[expect(clippy::too_many_arguments, reason = "the difference, its name, and both lists that it touches")]
    fn one_sided_property(
        &mut self,
        id: DeltaId,
        at_node: DeltaId,
        claims: DeltaId,
        name: &str,
        schema: &'a Value,
        required: &mut Vec<(Kind, String, DeltaId)>,
        context: &Context<'a>,
    ) {
        let added = self.delta(claims).kind == Kind::Added;
        let sides = self.both(id, "required");
        let names = if added { sides.revision } else { sides.base };
        let target = self.resolved(schema, side_with(added));
        let inner = context.inside(name).of_part(schema).of_part(target);
        if let Some(edits) = self.beside_a_map(id, schema, name, side_with(added), &inner) {
            let leaves = self.deltas.leaves_within(claims);
            self.claim(claims);
            for edit in edits.into_iter().filter(|edit| edit.level() != Level::None) {
                self.edits.push(edit);
                self.explained.push(leaves.clone());
            }
            return;
        }
        let is_required = lists(names, name);
        let change = match (added, is_required) {
            (true, true) => Change::RequiredPropertyAdded,
            (true, false) => Change::PropertyAdded,
            (false, true) => Change::RequiredPropertyRemoved,
            (false, false) => Change::PropertyRemoved,
        };
        let mut explains = vec![claims];
        explains.extend(take(required, if added { Kind::Added } else { Kind::Removed }, name));
        let sign = if added { '+' } else { '−' };
        let how = if is_required { "required" } else { "optional" };
        let detail = with_trail(context, format_args!("{sign} {name}: {}, {how}", type_name(schema)));
        self.edit_claiming(change, at_node, &explains, &inner, detail);
    }

    /// The differences between a property that only one document has and the schema that the other document has for
    /// additional properties, which applies to the same name there; `None` if it has no such schema.
    fn beside_a_map(
        &self,
        id: DeltaId,
        property: &'a Value,
        name: &str,
        side: Side,
        context: &Context<'a>,
    ) -> Option<Vec<Edit>> {
        let map = *self.both(id, "additionalProperties").get(side.other());
        let map = map.filter(|map| map.is_object() && !allows_any_value(map))?;
        let nodes = Sides::of(|of| {
            let mut pointer = self.deltas.pointer(id, of)?;
            if of == side {
                pointer::push(&mut pointer, "properties");
                pointer::push(&mut pointer, name);
                Some((property, pointer))
            } else {
                pointer::push(&mut pointer, "additionalProperties");
                Some((map, pointer))
            }
        });
        let (is_same, edits) = self.apart(Role::Schema, nodes.both()?, context);
        // Schemas whose differences are not known are judged as a property that was added or removed.
        (is_same || !edits.is_empty()).then_some(edits)
    }

    fn all_properties(
        &mut self,
        properties: DeltaId,
        required: &mut Vec<(Kind, String, DeltaId)>,
        context: &Context<'a>,
    ) {
        let Some(id) = self.delta(properties).parent else { return };
        let members = self.delta(properties).value().as_object();
        for (name, schema) in members.into_iter().flatten() {
            self.one_sided_property(id, properties, properties, name, schema, required, context);
        }
    }

    /// The other differences of `required` concern properties that both documents have, or no property.
    fn other_required_names(&mut self, id: DeltaId, left: &[(Kind, String, DeltaId)], context: &Context<'a>) {
        for (kind, name, leaf) in left {
            let Sides { base: old, revision: new } =
                self.both(id, "properties").map(|properties| properties.and_then(|all| all.get(name)));
            let known = old.and(new);
            let added = *kind == Kind::Added;
            let (change, word) = match (known.is_some(), added) {
                (true, true) => (Change::BecameRequired, "required"),
                (true, false) => (Change::BecameOptional, "no longer required"),
                (false, true) => (Change::RequiredNameAdded, "listed in `required`"),
                (false, false) => (Change::RequiredNameRemoved, "no longer listed in `required`"),
            };
            let flag = |key: &str| known.and_then(|known| known.get(key)) == Some(&Value::Bool(true));
            let not_sent =
                [context.not_sent[0] || flag("readOnly"), context.not_sent[1] || flag("writeOnly")];
            let inner = Context { not_sent, ..context.inside(name) };
            self.edit(change, *leaf, &inner, with_trail(&inner, word));
        }
    }
}

fn lists(names: Option<&Value>, name: &str) -> bool {
    names.and_then(Value::as_array).is_some_and(|names| names.iter().any(|known| known == name))
}

/// Removes and returns the difference of `required` for this property, if there is one.
fn take(required: &mut Vec<(Kind, String, DeltaId)>, kind: Kind, name: &str) -> Option<DeltaId> {
    let index = required.iter().position(|(known, other, _)| *known == kind && other == name)?;
    Some(required.remove(index).2)
}
