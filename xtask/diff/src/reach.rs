//! Which operations use a component: in which direction, in which part of the message and in which version.
//!
//! The index is computed once for each document. The references between schemas are collected first. From each operation,
//! they are followed with a set of the components seen so far, so recursive schemas terminate.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Direction, MessagePart, Reach, ReachedOperation, is_deprecated, is_unstable};
use openapi_fragment::openapi::{METHODS, Section, WEBHOOKS, target_of, version_label};

/// The uses of the components of one document.
#[derive(Debug, Default)]
pub(super) struct ReachIndex<'a> {
    components: HashMap<Section, HashMap<&'a str, Vec<Reach>>>,
    /// By path, then by method in lower case.
    operations: HashMap<&'a str, Vec<(&'a str, Arc<ReachedOperation>)>>,
    /// The schemas that are used within `not`.
    excluded: HashSet<&'a str>,
    /// The schemas whose name is a value of a discriminator.
    selected: HashSet<&'a str>,
}

impl<'a> ReachIndex<'a> {
    /// `document` is the effective form of `text`.
    pub(super) fn of(document: &'a Value, text: &'a Value) -> Self {
        let mut walk = Walk::new(document);
        walk.link_children(text);
        selected(text, &mut walk.found.selected);
        for (path, item) in members(document.get("paths")) {
            for (method, operation) in members(Some(item)).filter(|(key, _)| METHODS.contains(&key.as_str()))
            {
                let known = Arc::new(ReachedOperation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    id: id(operation),
                    is_callback: false,
                    is_unstable: is_unstable(operation),
                    is_deprecated: is_deprecated(operation),
                });
                walk.found.operations.entry(path).or_default().push((method, Arc::clone(&known)));
                walk.operation(&known, operation);
                walk.callbacks(&known.name(), operation);
            }
        }
        for key in WEBHOOKS {
            for (name, item) in members(document.get(*key)) {
                walk.callback_operations("", name, item);
            }
        }
        walk.found
    }

    /// The uses of this component.
    pub(super) fn component(&self, section: Section, name: &str) -> &[Reach] {
        self.components.get(&section).and_then(|named| named.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Whether the name of this schema is sent, as the value of a discriminator without a mapping for the schema.
    pub(super) fn is_selected_by_name(&self, schema: &str) -> bool {
        self.selected.contains(schema)
    }

    /// Whether this schema is used within `not`, so that a value that it no longer accepts may become valid.
    pub(super) fn is_excluded(&self, schema: &str) -> bool {
        self.excluded.contains(schema)
    }

    /// The operation at this path with this method, in lower case.
    pub(super) fn operation(&self, (path, method): (&str, &str)) -> Option<Arc<ReachedOperation>> {
        let found = self.path(path).iter().find(|(known, _)| *known == method);
        found.map(|(_, operation)| Arc::clone(operation))
    }

    /// The operations of a path, with their methods.
    pub(super) fn path(&self, path: &str) -> &[(&'a str, Arc<ReachedOperation>)] {
        self.operations.get(path).map_or(&[], Vec::as_slice)
    }
}

fn id(operation: &Value) -> Option<String> {
    operation.get("operationId").and_then(Value::as_str).map(str::to_owned)
}

/// The operation of a callback. `of` is the name of the operation that declares the callback and the name of the callback;
/// it is empty for a webhook.
pub(super) fn callback_operation(
    of: &str,
    address: &str,
    method: &str,
    operation: &Value,
) -> Arc<ReachedOperation> {
    let id = id(operation).or_else(|| (!of.is_empty()).then(|| of.to_owned()));
    Arc::new(ReachedOperation {
        method: method.to_uppercase(),
        path: address.to_owned(),
        id,
        is_callback: true,
        is_unstable: is_unstable(operation),
        is_deprecated: is_deprecated(operation),
    })
}

/// A reference to a schema.
#[derive(Clone, Copy)]
struct Target<'a> {
    name: &'a str,
    place: Place,
}

/// Where a schema references another one.
#[derive(Clone, Copy)]
struct Place {
    /// Whether the referenced schema describes the whole part of the message.
    whole: bool,
    /// Whether it is within `not`.
    excluded: bool,
}

impl Place {
    const WHOLE: Self = Self { whole: true, excluded: false };

    fn then(self, inner: Self) -> Self {
        Self { whole: self.whole && inner.whole, excluded: self.excluded || inner.excluded }
    }
}

/// A use of a component by the current operation.
type Use<'a> = (Direction, MessagePart, Option<Arc<str>>, Section, &'a str, bool);

struct Walk<'a> {
    document: &'a Value,
    /// By schema: the schemas that it references.
    links: HashMap<&'a str, Vec<Target<'a>>>,
    /// One shared string for each version.
    versions: HashMap<&'a str, Arc<str>>,
    /// The uses by the current operation that were recorded.
    seen: HashSet<Use<'a>>,
    found: ReachIndex<'a>,
}

impl<'a> Walk<'a> {
    fn new(document: &'a Value) -> Self {
        let mut links = HashMap::new();
        for (name, schema) in members(document.pointer("/components/schemas")) {
            let mut targets = Vec::new();
            references(schema, Place::WHOLE, &mut targets);
            links.insert(name.as_str(), targets);
        }
        let (versions, seen) = (HashMap::new(), HashSet::new());
        Self { document, links, versions, seen, found: ReachIndex::default() }
    }

    fn operation(&mut self, known: &Arc<ReachedOperation>, operation: &'a Value) {
        self.seen.clear();
        let usage = |direction: Direction, part| Reach {
            operation: Arc::clone(known),
            direction: if known.is_callback { direction.opposite() } else { direction },
            part,
            whole: true,
            version: None,
        };
        for parameter in list(operation.get("parameters")) {
            self.parameter_or_header(
                Section::Parameters,
                parameter,
                usage(Direction::Request, MessagePart::Parameter),
            );
        }
        if let Some(body) = operation.get("requestBody") {
            let usage = usage(Direction::Request, MessagePart::Body);
            let body = self.resolve(Section::RequestBodies, body, &usage);
            self.content(body, &usage);
        }
        for (_, response) in members(operation.get("responses")) {
            let body = usage(Direction::Response, MessagePart::Body);
            let response = self.resolve(Section::Responses, response, &body);
            self.content(response, &body);
            for (_, header) in members(response.get("headers")) {
                self.parameter_or_header(
                    Section::Headers,
                    header,
                    usage(Direction::Response, MessagePart::Header),
                );
            }
        }
    }

    /// Adds the schemas that a discriminator selects by their names: those that include the schema with the discriminator in
    /// their `allOf`. Only the text of the document has these references.
    fn link_children(&mut self, text: &'a Value) {
        let schemas = text.pointer("/components/schemas");
        for (name, schema) in members(schemas) {
            for part in list(schema.get("allOf")) {
                let base = part.get("$ref").and_then(Value::as_str).and_then(schema_name);
                let selects =
                    |base: &&str| schemas.and_then(|all| all.get(base)?.get("discriminator")).is_some();
                if let Some(base) = base.filter(selects) {
                    let mapped = schemas.and_then(|all| all.get(base)?.get("discriminator"));
                    if !mapped.is_some_and(|discriminator| is_mapped(discriminator, name)) {
                        self.found.selected.insert(name);
                    }
                    let place = Place { whole: false, excluded: false };
                    self.links.entry(base).or_default().push(Target { name, place });
                }
            }
        }
    }

    /// The callbacks of an operation. Callbacks of callbacks are not followed: they may be recursive.
    fn callbacks(&mut self, known: &str, operation: &'a Value) {
        for (name, callback) in members(operation.get("callbacks")) {
            let of = format!("{known} {name}");
            let component = callback
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| Some((target.rsplit('/').next()?, target_of(self.document, target)?)));
            let (component, callback) = component.map_or((None, callback), |(name, node)| (Some(name), node));
            for (address, item) in members(Some(callback)) {
                for known in self.callback_operations(&of, address, item) {
                    let (direction, part, version) = (Direction::Call, MessagePart::Operation, None);
                    let usage = Reach { operation: known, direction, part, whole: true, version };
                    if let Some(name) = component {
                        self.seen.clear();
                        self.reached(Section::Callbacks, name, &usage);
                    }
                }
            }
        }
    }

    fn callback_operations(
        &mut self,
        of: &str,
        address: &str,
        item: &'a Value,
    ) -> Vec<Arc<ReachedOperation>> {
        let methods = members(Some(item)).filter(|(key, _)| METHODS.contains(&key.as_str()));
        let mut found = Vec::new();
        for (method, operation) in methods {
            let known = callback_operation(of, address, method, operation);
            self.operation(&known, operation);
            found.push(known);
        }
        found
    }

    /// Records the uses by a parameter or a header.
    fn parameter_or_header(&mut self, section: Section, node: &'a Value, usage: Reach) {
        let node = self.resolve(section, node, &usage);
        if let Some(schema) = node.get("schema") {
            self.schema(schema, &usage);
        }
        for (_, media) in members(node.get("content")) {
            self.schema(media.get("schema").unwrap_or(&Value::Null), &usage);
        }
    }

    fn content(&mut self, node: &'a Value, usage: &Reach) {
        for (media_type, media) in members(node.get("content")) {
            let version = version_label(media_type);
            // The names of media types are case-insensitive.
            let version = self
                .versions
                .entry(version)
                .or_insert_with(|| Arc::from(version_label(&media_type.to_ascii_lowercase())));
            let usage = Reach { version: Some(Arc::clone(version)), ..usage.clone() };
            if let Some(schema) = media.get("schema") {
                self.schema(schema, &usage);
            }
        }
    }

    /// The node itself, or the component that it references. Records the use of the component.
    fn resolve(&mut self, section: Section, node: &'a Value, usage: &Reach) -> &'a Value {
        let Some(target) = node.get("$ref").and_then(Value::as_str) else { return node };
        let found = target_of(self.document, target);
        if let Some(name) = target.rsplit('/').next() {
            self.reached(section, name, usage);
        }
        found.unwrap_or(&Value::Null)
    }

    fn schema(&mut self, schema: &'a Value, usage: &Reach) {
        let mut open = Vec::new();
        references(schema, Place::WHOLE, &mut open);
        while let Some(Target { name, place }) = open.pop() {
            let usage = Reach { whole: place.whole, ..usage.clone() };
            let is_new_use = self.reached(Section::Schemas, name, &usage);
            let is_new = (place.excluded && self.found.excluded.insert(name)) || is_new_use;
            let links = self.links.get(name).filter(|_| is_new).into_iter().flatten();
            open.extend(links.map(|inner| Target { name: inner.name, place: place.then(inner.place) }));
        }
    }

    /// Records a use. Returns false if it was recorded before.
    fn reached(&mut self, section: Section, name: &'a str, usage: &Reach) -> bool {
        let key = (usage.direction, usage.part, usage.version.clone(), section, name, usage.whole);
        let new = self.seen.insert(key);
        if new {
            self.found.components.entry(section).or_default().entry(name).or_default().push(usage.clone());
        }
        new
    }
}

/// Collects the schemas that this one references. `place` is that of a schema that consists of the reference alone.
fn references<'a>(schema: &'a Value, place: Place, found: &mut Vec<Target<'a>>) {
    let inner = Place { whole: false, ..place };
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                found.extend(schema_name(target).map(|name| Target { name, place }));
                return;
            }
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("example" | "default" | "enum", _) => {}
                    // The keys are names of properties, of which one may be `example`.
                    ("properties", Value::Object(properties)) => {
                        properties.values().for_each(|property| references(property, inner, found));
                    }
                    ("not", value) => references(value, Place { excluded: true, ..inner }, found),
                    ("discriminator", discriminator) => mapping(discriminator.get("mapping"), inner, found),
                    _ => references(value, inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, inner, found)),
        _ => {}
    }
}

/// Collects the alternatives that a discriminator selects by their names.
fn selected<'a>(node: &'a Value, found: &mut HashSet<&'a str>) {
    if let Some(discriminator) = node.get("discriminator").filter(|discriminator| discriminator.is_object()) {
        let alternatives = list(node.get("oneOf")).chain(list(node.get("anyOf")));
        let names = alternatives.filter_map(|item| schema_name(item.get("$ref")?.as_str()?));
        found.extend(names.filter(|name| !is_mapped(discriminator, name)));
    }
    match node {
        Value::Object(members) => members.values().for_each(|value| selected(value, found)),
        Value::Array(items) => items.iter().for_each(|item| selected(item, found)),
        _ => {}
    }
}

/// Whether the mapping of a discriminator has a value for a schema, which is given by its name.
fn is_mapped(discriminator: &Value, name: &str) -> bool {
    let targets = members(discriminator.get("mapping")).filter_map(|(_, target)| target.as_str());
    targets.into_iter().any(|target| schema_name(target).unwrap_or(target) == name)
}

fn mapping<'a>(mapping: Option<&'a Value>, place: Place, found: &mut Vec<Target<'a>>) {
    let names = members(mapping).filter_map(|(_, target)| target.as_str()).filter_map(schema_name);
    found.extend(names.map(|name| Target { name, place }));
}

fn schema_name(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix("#/components/schemas/")?;
    // Names that need unescaping, and pointers into a schema, are ignored.
    (!name.contains(['/', '~'])).then_some(name)
}

fn members(node: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    node.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn list(node: Option<&Value>) -> impl Iterator<Item = &Value> {
    node.and_then(Value::as_array).into_iter().flatten()
}
