//! Schemas: properties, what they are composed of, and one step of the walk for each key.

use serde_json::Value;

use super::super::delta::Kind;
use super::super::role::Role;
use super::{Change, Context, Walker, at, brief, describe};

impl<'a> Walker<'_, 'a> {
    /// A schema that differs within.
    pub(super) fn schema(&mut self, index: usize, context: &Context<'a>) {
        if self.reference(index, context) {
            return;
        }
        let flags = ["readOnly", "writeOnly"].map(|key| self.has_flag(index, key).contains(&true));
        let unsent = [context.unsent[0] || flags[0], context.unsent[1] || flags[1]];
        let inner = Context { unsent, ..context.clone() };
        self.access(index, context);
        self.types(index, &inner);
        self.members(index, &inner);
        for child in self.children(index) {
            if self.is_claimed(child) {
                continue;
            }
            match self.delta(child).key() {
                "items" => self.items(child, &inner),
                "additionalProperties" => self.additional(child, &inner),
                key @ ("allOf" | "oneOf" | "anyOf") => self.alternatives(child, key, &inner),
                "not" => {
                    self.edit(Change::NotChanged, child, &inner, at(&inner, "what is excluded changed"));
                }
                "discriminator" => self.discriminator(child, &inner),
                "deprecated" => self.deprecated(index, child, &inner),
                key => self.value(index, child, key, &inner),
            }
        }
        self.stability(index, &inner);
        self.common(index, &inner);
    }

    /// `readOnly` and `writeOnly` decide who sends it, so they are judged before they apply.
    pub(super) fn access(&mut self, index: usize, context: &Context<'a>) {
        for (key, changes, words) in [
            (
                "readOnly",
                [Change::BecameReadOnly, Change::NoLongerReadOnly],
                ["read-only", "no longer read-only"],
            ),
            (
                "writeOnly",
                [Change::BecameWriteOnly, Change::NoLongerWriteOnly],
                ["write-only", "no longer write-only"],
            ),
        ] {
            let Some(child) = self.child(index, key) else { continue };
            let (change, word) = match self.has_flag(index, key) {
                [false, true] => (changes[0], words[0]),
                [true, false] => (changes[1], words[1]),
                _ => (Change::ProseChanged, "a flag that is false said or left out"),
            };
            self.edit(change, child, context, at(context, word));
        }
    }

    /// `properties` and `required` together: a property that comes with its name in `required` is one edit.
    fn members(&mut self, index: usize, context: &Context<'a>) {
        let claimed =
            |walker: &Self, key: &str| walker.child(index, key).is_some_and(|child| walker.is_claimed(child));
        if claimed(self, "properties") || claimed(self, "required") {
            return;
        }
        let mut required = self.required_names(index);
        if let Some(properties) = self.child(index, "properties") {
            let delta = self.delta(properties);
            if delta.kind == Kind::Inner {
                for child in self.children(properties) {
                    self.property(index, child, &mut required, context);
                }
            } else {
                self.all_properties(properties, &mut required, context);
            }
        }
        self.left_of_required(index, &required, context);
    }

    /// The differences of `required`, with the name that came or went.
    fn required_names(&self, index: usize) -> Vec<(Kind, String, usize)> {
        let Some(list) = self.child(index, "required") else { return Vec::new() };
        let delta = self.delta(list);
        let named = |kind, value: &Value, at| (kind, value.as_str().unwrap_or_default().to_owned(), at);
        if delta.kind != Kind::Inner {
            let names = delta.value().as_array();
            return names.into_iter().flatten().map(|name| named(delta.kind, name, list)).collect();
        }
        let items = delta.children.iter().filter(|child| self.delta(**child).kind != Kind::Order);
        items.map(|child| named(self.delta(*child).kind, self.delta(*child).value(), *child)).collect()
    }

    fn property(
        &mut self,
        index: usize,
        child: usize,
        required: &mut Vec<(Kind, String, usize)>,
        context: &Context<'a>,
    ) {
        let delta = self.delta(child);
        let (old, new) = (delta.key(), delta.new_key());
        match delta.kind {
            Kind::Added | Kind::Removed => {
                self.property_alone(index, child, child, new, delta.value(), required, context)
            }
            Kind::Inner if old != new => {
                let mut explains: Vec<usize> =
                    self.children(child).filter(|inner| self.delta(*inner).kind == Kind::Name).collect();
                explains.extend(take(required, Kind::Removed, old));
                explains.extend(take(required, Kind::Added, new));
                let detail = at(context, format_args!("{old} → {new}"));
                let inner = context.inside(new);
                self.edit_of(
                    Change::PropertyRenamed,
                    child,
                    &explains,
                    &Context { whole: false, ..context.clone() },
                    detail,
                );
                self.schema(child, &inner);
            }
            Kind::Inner => self.schema(child, &context.inside(new)),
            _ => {
                self.edit(
                    Change::TypeChanged,
                    child,
                    &context.inside(new),
                    at(context, format_args!("{new}: another schema")),
                );
            }
        }
    }

    /// A property that one side has only. `claims` is the node that came or went, itself or what is around it.
    #[expect(clippy::too_many_arguments, reason = "the difference, its name, and both lists that it touches")]
    fn property_alone(
        &mut self,
        index: usize,
        at_node: usize,
        claims: usize,
        name: &str,
        schema: &'a Value,
        required: &mut Vec<(Kind, String, usize)>,
        context: &Context<'a>,
    ) {
        let added = self.delta(claims).kind == Kind::Added;
        let sides = self.both(index, "required");
        let names = if added { sides[1] } else { sides[0] };
        let is_required =
            names.and_then(Value::as_array).is_some_and(|names| names.iter().any(|known| known == name));
        let change = match (added, is_required) {
            (true, true) => Change::RequiredPropertyAdded,
            (true, false) => Change::PropertyAdded,
            (false, true) => Change::RequiredPropertyRemoved,
            (false, false) => Change::PropertyRemoved,
        };
        let mut explains = vec![claims];
        explains.extend(take(required, if added { Kind::Added } else { Kind::Removed }, name));
        let flag = |key: &str| schema.get(key) == Some(&Value::Bool(true));
        let unsent = [context.unsent[0] || flag("readOnly"), context.unsent[1] || flag("writeOnly")];
        let sign = if added { '+' } else { '−' };
        let how = if is_required { "required" } else { "optional" };
        let detail = at(context, format_args!("{sign} {name}: {}, {how}", type_name(schema)));
        let inner = Context { unsent, ..context.inside(name) };
        self.edit_of(change, at_node, &explains, &inner, detail);
    }

    fn all_properties(
        &mut self,
        properties: usize,
        required: &mut Vec<(Kind, String, usize)>,
        context: &Context<'a>,
    ) {
        let Some(index) = self.delta(properties).parent else { return };
        let members = self.delta(properties).value().as_object();
        for (name, schema) in members.into_iter().flatten() {
            self.property_alone(index, properties, properties, name, schema, required, context);
        }
        if members.is_none_or(serde_json::Map::is_empty) {
            self.edit(
                Change::ExtensionChanged,
                properties,
                context,
                at(context, "properties without a name"),
            );
        }
    }

    /// What is left of `required` belongs to properties that both sides have, or to none.
    fn left_of_required(&mut self, index: usize, left: &[(Kind, String, usize)], context: &Context<'a>) {
        for (kind, name, leaf) in left {
            let [old, new] =
                self.both(index, "properties").map(|properties| properties.and_then(|all| all.get(name)));
            let known = old.and(new);
            let added = *kind == Kind::Added;
            let (change, word) = match (known.is_some(), added) {
                (true, true) => (Change::BecameRequired, "required"),
                (true, false) => (Change::BecameOptional, "no longer required"),
                (false, true) => (Change::RequiredNameAdded, "named in `required`"),
                (false, false) => (Change::RequiredNameRemoved, "no longer named in `required`"),
            };
            let flag = |key: &str| known.and_then(|known| known.get(key)) == Some(&Value::Bool(true));
            let unsent = [context.unsent[0] || flag("readOnly"), context.unsent[1] || flag("writeOnly")];
            let inner = Context { unsent, ..context.inside(name) };
            self.edit(change, *leaf, &inner, at(&inner, word));
        }
        if let Some(list) = self.child(index, "required") {
            let order = self.children(list).find(|child| self.delta(*child).kind == Kind::Order);
            if let Some(child) = order {
                self.edit(Change::OrderChanged, child, context, at(context, "required in another order"));
            }
            if self.delta(list).kind != Kind::Inner && left.is_empty() && !self.is_claimed(list) {
                self.edit(
                    Change::OrderChanged,
                    list,
                    context,
                    at(context, "an empty list of required properties"),
                );
            }
        }
    }

    fn items(&mut self, index: usize, context: &Context<'a>) {
        let delta = self.delta(index);
        let inner = context.inside("[]");
        match delta.kind {
            Kind::Inner => self.schema(index, &inner),
            kind => {
                let change = match kind {
                    Kind::Added => Change::ItemsSet,
                    Kind::Removed => Change::ItemsUnset,
                    _ => Change::TypeChanged,
                };
                self.edit(change, index, &inner, describe(context, "items", delta));
            }
        }
    }

    /// `additionalProperties` is a flag or a schema; left out it is `true`.
    fn additional(&mut self, index: usize, context: &Context<'a>) {
        let delta = self.delta(index);
        if delta.kind == Kind::Inner {
            self.schema(index, &context.inside("{}"));
            return;
        }
        let openness = |value: Option<&Value>| match value {
            Some(Value::Bool(false)) => 0,
            Some(Value::Object(schema)) if !schema.is_empty() => 1,
            _ => 2,
        };
        let change = match openness(delta.after()).cmp(&openness(delta.before())) {
            std::cmp::Ordering::Less => Change::PropertiesClosed,
            std::cmp::Ordering::Greater => Change::PropertiesOpened,
            std::cmp::Ordering::Equal => Change::ProseChanged,
        };
        self.edit(change, index, context, describe(context, "additionalProperties", delta));
    }

    /// The schemas of an `allOf`, `oneOf` or `anyOf`.
    fn alternatives(&mut self, index: usize, key: &str, context: &Context<'a>) {
        let [added, removed] = match key {
            "allOf" => [Change::AllOfAdded, Change::AllOfRemoved],
            "oneOf" => [Change::OneOfAdded, Change::OneOfRemoved],
            _ => [Change::AnyOfAdded, Change::AnyOfRemoved],
        };
        let delta = self.delta(index);
        match delta.kind {
            Kind::Inner => {}
            kind => {
                let change = if kind == Kind::Removed { removed } else { added };
                self.edit(change, index, context, at(context, format_args!("{key} {}", super::verb(delta))));
                return;
            }
        }
        for child in self.children(index) {
            let delta = self.delta(child);
            let name = type_name(delta.value());
            match delta.kind {
                Kind::Added => self.edit(added, child, context, at(context, format_args!("{key} + {name}"))),
                Kind::Removed => {
                    self.edit(removed, child, context, at(context, format_args!("{key} − {name}")))
                }
                Kind::Order => self.edit(
                    Change::OrderChanged,
                    child,
                    context,
                    at(context, format_args!("{key} in another order")),
                ),
                Kind::Inner if delta.role == Role::Schema => {
                    self.schema(child, &context.inside(&format!("[{key} {name}]")));
                    continue;
                }
                _ => self.edit(
                    Change::TypeChanged,
                    child,
                    context,
                    at(context, format_args!("{key}: another schema")),
                ),
            };
        }
    }

    fn discriminator(&mut self, index: usize, context: &Context<'a>) {
        let delta = self.delta(index);
        if delta.kind != Kind::Inner {
            let change = match delta.kind {
                Kind::Removed => Change::DiscriminatorRemoved,
                _ => Change::DiscriminatorAdded,
            };
            self.edit(
                change,
                index,
                context,
                at(context, format_args!("discriminator {}", super::verb(delta))),
            );
            return;
        }
        for leaf in self.deltas.leaves_within(index) {
            let delta = self.delta(leaf);
            let change = match (delta.key(), delta.kind) {
                ("propertyName", _) => Change::DiscriminatorPropertyChanged,
                (key, _) if key.starts_with("x-") => continue,
                (_, Kind::Added) => Change::DiscriminatorMappingAdded,
                (_, Kind::Removed) => Change::DiscriminatorMappingRemoved,
                _ => Change::DiscriminatorMappingChanged,
            };
            self.edit(
                change,
                leaf,
                context,
                describe(context, &format!("discriminator {}", delta.key()), delta),
            );
        }
        self.common(index, context);
    }
}

/// Takes the difference of `required` that names this property, if there is one.
fn take(required: &mut Vec<(Kind, String, usize)>, kind: Kind, name: &str) -> Option<usize> {
    let index = required.iter().position(|(known, other, _)| *known == kind && other == name)?;
    Some(required.remove(index).2)
}

/// What a schema is called in one word or two.
pub(super) fn type_name(schema: &Value) -> String {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    if let Some(reference) = text("$ref") {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    match (text("type"), text("format")) {
        (Some("array"), _) => {
            format!("array of {}", schema.get("items").map_or_else(|| "anything".to_owned(), type_name))
        }
        (Some(kind), Some(format)) => format!("{kind} ({format})"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            Some([only]) => type_name(only),
            _ => text("title").map_or_else(|| "schema".to_owned(), |title| brief(Some(&Value::from(title)))),
        },
    }
}
