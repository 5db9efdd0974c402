//! Which operations use a component: in which direction, in which part of the message and in which version.
//!
//! The index is computed once for each document, from its effective form. From each operation, the references are followed
//! with a set of the targets seen so far, so recursive schemas terminate.

mod references;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Direction, MessagePart, Reach, ReachedOperation, is_deprecated, is_unstable};
use openapi_fragment::openapi::{METHODS, Section, WEBHOOKS, target_of, version_label};
use references::{Place, Target, around, references};

/// The uses of the components of one document.
#[derive(Debug, Default)]
pub(super) struct ReachIndex<'a> {
    components: HashMap<Section, HashMap<Cow<'a, str>, Vec<Reach>>>,
    /// By path, then by method in lower case.
    operations: HashMap<&'a str, Vec<(&'a str, Arc<ReachedOperation>)>>,
    /// The schemas that are used within `not`.
    excluded: HashSet<(Direction, Cow<'a, str>)>,
    /// The schemas that are used elsewhere.
    included: HashSet<(Direction, Cow<'a, str>)>,
}

impl<'a> ReachIndex<'a> {
    /// `document` is in its effective form.
    pub(super) fn of(document: &'a Value) -> Self {
        let mut walk = Walk {
            document,
            links: HashMap::new(),
            versions: HashMap::new(),
            seen: HashSet::new(),
            found: Self::default(),
        };
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

    /// Whether this schema is used within `not`, so that a value that it no longer accepts may become valid.
    pub(super) fn is_excluded(&self, direction: Direction, schema: &'a str) -> bool {
        self.excluded.contains(&(direction, schema.into()))
    }

    /// Whether this schema is used outside of `not`.
    pub(super) fn is_included(&self, direction: Direction, schema: &'a str) -> bool {
        self.included.contains(&(direction, schema.into()))
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

/// A use of the target of a reference by the current operation.
type Use<'a> = (Direction, MessagePart, Option<Arc<str>>, &'a str, bool);

struct Walk<'a> {
    document: &'a Value,
    /// By reference: the references within its target.
    links: HashMap<&'a str, Rc<[Target<'a>]>>,
    /// One shared string for each version.
    versions: HashMap<&'a str, Arc<str>>,
    /// The uses by the current operation that were recorded.
    seen: HashSet<Use<'a>>,
    found: ReachIndex<'a>,
}

impl<'a> Walk<'a> {
    fn operation(&mut self, known: &Arc<ReachedOperation>, operation: &'a Value) {
        self.seen.clear();
        let usage = |direction: Direction, part| Reach {
            operation: Arc::clone(known),
            direction: if known.is_callback { direction.opposite() } else { direction },
            part,
            whole: true,
            version: None,
        };
        for requirement in list(operation.get("security")) {
            let schemes = self.found.components.entry(Section::SecuritySchemes).or_default();
            for (name, _) in members(Some(requirement)) {
                schemes.entry(name.into()).or_default().push(usage(Direction::Call, MessagePart::Operation));
            }
        }
        for parameter in list(operation.get("parameters")) {
            self.parameter_or_header(parameter, usage(Direction::Request, MessagePart::Parameter));
        }
        if let Some(body) = operation.get("requestBody") {
            let usage = usage(Direction::Request, MessagePart::Body);
            let body = self.resolve(body, &usage);
            self.content(body, &usage);
        }
        for (_, response) in members(operation.get("responses")) {
            let body = usage(Direction::Response, MessagePart::Body);
            let response = self.resolve(response, &body);
            self.content(response, &body);
            for (_, header) in members(response.get("headers")) {
                self.parameter_or_header(header, usage(Direction::Response, MessagePart::Header));
            }
        }
    }

    /// The callbacks of an operation. Callbacks of callbacks are not followed: they may be recursive.
    fn callbacks(&mut self, known: &str, operation: &'a Value) {
        for (name, callback) in members(operation.get("callbacks")) {
            let of = format!("{known} {name}");
            let reference = callback.get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|reference| target_of(self.document, reference));
            let callback = target.unwrap_or(callback);
            for (address, item) in members(Some(callback)) {
                for known in self.callback_operations(&of, address, item) {
                    let (direction, part, version) = (Direction::Call, MessagePart::Operation, None);
                    let usage = Reach { operation: known, direction, part, whole: true, version };
                    if let Some(reference) = reference {
                        self.seen.clear();
                        self.reached(reference, &usage);
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
    fn parameter_or_header(&mut self, node: &'a Value, usage: Reach) {
        let node = self.resolve(node, &usage);
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
            let version = self.versions.entry(version).or_insert_with(|| Arc::from(version));
            let usage = Reach { version: Some(Arc::clone(version)), ..usage.clone() };
            if let Some(schema) = media.get("schema") {
                self.schema(schema, &usage);
            }
        }
    }

    /// The node itself, or the component that it references. Records the use of the component.
    fn resolve(&mut self, node: &'a Value, usage: &Reach) -> &'a Value {
        let Some(reference) = node.get("$ref").and_then(Value::as_str) else { return node };
        self.reached(reference, usage);
        target_of(self.document, reference).unwrap_or(&Value::Null)
    }

    fn schema(&mut self, schema: &'a Value, usage: &Reach) {
        let mut open = Vec::new();
        references(schema, Place::WHOLE, &mut open);
        while let Some(Target { reference, place }) = open.pop() {
            let usage = Reach { whole: place.whole, ..usage.clone() };
            let is_new_use = self.reached(reference, &usage);
            if self.placed(reference, place, usage.direction) || is_new_use {
                let links = self.links(reference);
                open.extend(links.iter().map(|inner| Target { place: place.then(inner.place), ..*inner }));
            }
        }
    }

    /// The references within the target of a reference.
    fn links(&mut self, reference: &'a str) -> Rc<[Target<'a>]> {
        let links = self.links.entry(reference).or_insert_with(|| {
            let mut found = Vec::new();
            if let Some(target) = target_of(self.document, reference) {
                references(target, Place::WHOLE, &mut found);
            }
            found.into()
        });
        Rc::clone(links)
    }

    /// Records whether a schema is used within `not`. Returns false if that was recorded before.
    fn placed(&mut self, reference: &'a str, place: Place, direction: Direction) -> bool {
        let known = if place.excluded { &mut self.found.excluded } else { &mut self.found.included };
        around(reference).is_some_and(|component| known.insert((direction, component.name)))
    }

    /// Records a use. Returns false if it was recorded before.
    fn reached(&mut self, reference: &'a str, usage: &Reach) -> bool {
        let key = (usage.direction, usage.part, usage.version.clone(), reference, usage.whole);
        let is_new = self.seen.insert(key);
        if let (true, Some(component)) = (is_new, around(reference)) {
            let usage = Reach { whole: usage.whole && component.whole, ..usage.clone() };
            let named = self.found.components.entry(component.section).or_default();
            named.entry(component.name).or_default().push(usage);
        }
        is_new
    }
}

fn members(node: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    node.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn list(node: Option<&Value>) -> impl Iterator<Item = &Value> {
    node.and_then(Value::as_array).into_iter().flatten()
}
