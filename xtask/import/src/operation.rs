//! Converts a published operation: its names, parameters, body and responses.

use std::collections::{BTreeMap, BTreeSet};

use openapi_fragment::openapi::{
    MediaType, closure, component_of, is_date, reference_to, references, version_label,
};
use serde_json::Value;

use crate::compose::elements;
use crate::draft::TODO;
use crate::fragment::{Direction, Existing, operations, resolved};
use crate::names;
use crate::published::Published;
use crate::schemas::{Place, Schemas};
use crate::statuses::Statuses;
use crate::yaml::{Mapping, Node};

/// Everything that an import adds to the fragment.
pub(crate) struct Addition {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) operation: Mapping,
    /// The parameters of the path, if the fragment does not have the path.
    pub(crate) path_parameters: Vec<Node>,
    pub(crate) tags: Vec<String>,
    pub(crate) parameters: Vec<(String, Mapping)>,
    pub(crate) responses: Vec<(String, Mapping)>,
}

/// The parameters that many operations share, in the order of the fragment.
const SHARED: [&str; 5] = ["pageNum", "itemsPerPage", "includeCount", "envelope", "pretty"];

pub(crate) struct Converter<'a, 'b> {
    published: Published<'a>,
    existing: &'b Existing<'b>,
    schemas: Schemas<'b>,
    parameters: Vec<(String, Mapping)>,
}

impl<'a, 'b> Converter<'a, 'b> {
    pub(crate) fn new(published: Published<'a>, existing: &'b Existing<'b>) -> Self
    where
        'a: 'b,
    {
        let schemas = Schemas::new(published.document, existing);
        Self { published, existing, schemas, parameters: Vec::new() }
    }

    pub(crate) fn convert(mut self) -> (Addition, Schemas<'b>) {
        let operation = self.published.operation;
        self.schemas.shared = self.reached("responses");
        let sunsets = self.sunsets();
        let (path_parameters, parameters) = self.parameters();
        // Responses first, so that theirs are the plain names.
        let mut statuses = Statuses::default();
        let responses = self.responses(&sunsets, &mut statuses);
        let body = self.body(&sunsets, &statuses);
        let tags: Vec<String> =
            elements(operation, "tags").filter_map(Value::as_str).map(str::to_owned).collect();
        let is_read = self.published.method == "get";
        let mut converted = Mapping::default()
            .set("operationId", self.published.id())
            .set_some("x-short-name", self.published.short_name())
            .set("x-go-sdk-name", self.published.go_sdk_name())
            .set("x-atlas-cli", TODO);
        converted = self.role(converted);
        // HTTP defines that a GET has no effect.
        converted = if is_read {
            converted.set("x-idempotent", true)
        } else {
            converted.set("x-idempotent", TODO).set("x-after-lost-response", TODO)
        };
        converted = converted
            .set_some("deprecated", operation.get("deprecated").cloned())
            .set("tags", tags.iter().map(|tag| Node::from(tag.as_str())).collect::<Vec<_>>())
            .set("summary", TODO)
            .set("description", TODO)
            .set_some("security", operation.get("security").cloned());
        if !parameters.is_empty() {
            converted = converted.set("parameters", parameters);
        }
        converted = converted.set_some("requestBody", body).set("responses", responses);
        let addition = Addition {
            path: self.published.path.to_owned(),
            method: self.published.method.to_owned(),
            operation: converted,
            path_parameters,
            tags: self.new_tags(&tags),
            parameters: self.parameters,
            responses: statuses.new,
        };
        (addition, self.schemas)
    }

    /// The published schemas that a part of the operation contains.
    fn reached(&self, key: &str) -> BTreeSet<String> {
        let part = self.published.operation.get(key).unwrap_or(&Value::Null);
        let roots = references(part).into_iter().map(|reference| reference.target.to_owned()).collect();
        let reached = closure(self.published.document, roots);
        let names = reached.iter().filter_map(|reference| component_of(reference));
        names.filter(|(section, _)| *section == "schemas").map(|(_, name)| name.to_owned()).collect()
    }

    fn role(&mut self, operation: Mapping) -> Mapping {
        let roles: Vec<&str> =
            elements(self.published.operation, "x-rolesRequirements").filter_map(Value::as_str).collect();
        match &roles[..] {
            [] => operation,
            [only] => operation.set("x-required-role", *only),
            [first, others @ ..] => operation
                .comment(format!("Deviation: the published document also lists {}.", others.join(", ")))
                .set("x-required-role", *first),
        }
    }

    fn new_tags(&self, tags: &[String]) -> Vec<String> {
        let existing: BTreeSet<&str> =
            elements(self.existing.fragment.value(), "tags").filter_map(|tag| tag["name"].as_str()).collect();
        tags.iter().filter(|tag| !existing.contains(tag.as_str())).cloned().collect()
    }

    /// The sunset of each version of the operation. A version ends as a whole.
    fn sunsets(&self) -> BTreeMap<String, String> {
        let operation = self.published.operation;
        let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        let messages = responses.map(|(_, response)| response).chain(operation.get("requestBody"));
        let mut sunsets = BTreeMap::new();
        for message in messages {
            for (media_type, media) in content(resolved(self.published.document, message)) {
                if let Some(day) = media.get("x-sunset").and_then(Value::as_str) {
                    sunsets.insert(media_type.clone(), day.to_owned());
                }
            }
        }
        sunsets
    }

    /// The parameters of the path, and those of the operation.
    fn parameters(&mut self) -> (Vec<Node>, Vec<Node>) {
        let operation = self.published.operation;
        let item = self.published.document["paths"].get(self.published.path).unwrap_or(&Value::Null);
        let mut listed: Vec<&Value> =
            elements(item, "parameters").chain(elements(operation, "parameters")).collect();
        let rank = |listed: &&Value| {
            let parameter = resolved(self.published.document, listed);
            SHARED.iter().position(|name| parameter["name"] == *name).map_or(0, |position| position + 1)
        };
        listed.sort_by_key(rank);
        let (mut of_path, mut of_operation) = (Vec::new(), Vec::new());
        for listed in listed {
            let parameter = resolved(self.published.document, listed);
            let is_shared = listed.get("$ref").is_some();
            match parameter["in"].as_str() {
                Some("path") => of_path.push(self.path_parameter(parameter)),
                Some("header") if parameter["required"] != true => {
                    let name = parameter["name"].as_str().unwrap_or_default();
                    self.schemas.notes.push(format!(
                        "the optional header `{name}` is left out: the HTTP layer sets headers"
                    ));
                }
                _ => of_operation.push(self.other_parameter(parameter, is_shared)),
            }
        }
        // In the order of the path.
        let position = |node: &Node| {
            let name = self.parameter_name(node);
            self.published.path.find(&format!("{{{name}}}")).unwrap_or(usize::MAX)
        };
        of_path.sort_by_key(position);
        (of_path, of_operation)
    }

    /// The name of a parameter that is listed by reference or in place.
    fn parameter_name(&self, node: &Node) -> String {
        let value = node.value();
        let component = value["$ref"].as_str().and_then(component_of).map(|(_, name)| name.to_owned());
        let Some(component) = component else { return value["name"].as_str().unwrap_or_default().to_owned() };
        let new =
            self.parameters.iter().find(|(name, _)| *name == component).map(|(_, mapping)| mapping.value());
        let existing = self.existing.fragment.component("parameters", &component).cloned();
        new.or(existing)
            .and_then(|parameter| Some(parameter["name"].as_str()?.to_owned()))
            .unwrap_or_default()
    }

    /// A reference to the component for a path parameter, whose type is an id.
    fn path_parameter(&mut self, parameter: &Value) -> Node {
        let name = parameter["name"].as_str().unwrap_or_default();
        let schema = self.schemas.published.flat(&parameter["schema"]);
        let schema = Value::Object(schema);
        let converted = if schema["type"] == "integer" {
            self.schemas.convert(&schema, &Place::new("", name)).finish()
        } else {
            let id = self.schemas.ids.of_parameter(name, self.published.before(name), &schema);
            crate::schemas::reference_mapping(&id)
        };
        let base = match name {
            "id" | "name" | "username" => {
                names::pascal(&names::singular(self.published.before(name))) + &names::pascal(name)
            }
            _ => names::pascal(name),
        };
        let mapping = Mapping::default()
            .set("name", name)
            .set("in", "path")
            .set("required", true)
            .set("description", TODO)
            .set("schema", converted);
        self.parameter_component(&base, mapping)
    }

    /// A query parameter: one that operations share is a component.
    fn other_parameter(&mut self, parameter: &Value, is_shared: bool) -> Node {
        let name = parameter["name"].as_str().unwrap_or_default();
        let parent = names::pascal(self.published.id());
        self.schemas.direction = Direction::Request;
        let schema = self.schemas.convert(&parameter["schema"], &Place::new(&parent, name)).finish();
        let flag = |key: &str| parameter.get(key).filter(|flag| **flag == true).cloned();
        let mapping = Mapping::default()
            .set("name", name)
            .set("in", parameter["in"].clone())
            .set_some("required", flag("required"))
            .set_some("deprecated", flag("deprecated"))
            .set("description", TODO)
            .set("schema", schema);
        if is_shared { self.parameter_component(&names::pascal(name), mapping) } else { mapping.into() }
    }

    /// A reference to the component for a parameter, which is added if the fragment has no equal one.
    fn parameter_component(&mut self, base: &str, mapping: Mapping) -> Node {
        let fragment = self.existing.fragment;
        let comparable = |value: &Value| {
            let schema = resolved(fragment.value(), &value["schema"]);
            let is_id = value["in"] == "path" && schema["type"] == "string";
            let schema = if is_id { &value["schema"] } else { schema };
            (value["name"].clone(), value["in"].clone(), value["required"] == true, without_prose(schema))
        };
        let wanted = comparable(&mapping.value());
        let same = |other: &Value| comparable(other) == wanted;
        if let Some((name, _)) = fragment.components("parameters").find(|(_, other)| same(other)) {
            return reference_node(name);
        }
        if let Some((name, _)) = self.parameters.iter().find(|(_, other)| same(&other.value())) {
            return reference_node(name);
        }
        let before =
            names::pascal(&names::singular(self.published.before(wanted.0.as_str().unwrap_or_default())));
        let candidates = [base.to_owned(), names::of_property(&before, base), format!("{base}Parameter")];
        let is_used = |name: &str| {
            fragment.component("parameters", name).is_some()
                || self.parameters.iter().any(|(other, _)| other == name)
        };
        let name = names::unused(&candidates, is_used);
        self.parameters.push((name.clone(), mapping));
        reference_node(&name)
    }

    fn body(&mut self, sunsets: &BTreeMap<String, String>, statuses: &Statuses) -> Option<Mapping> {
        let body = resolved(self.published.document, self.published.operation.get("requestBody")?);
        self.schemas.direction = Direction::Request;
        let content = self.content(body, sunsets, Some(&statuses.versions));
        let flag = body.get("required").filter(|flag| **flag == true).cloned();
        Some(Mapping::default().set("description", TODO).set_some("required", flag).set("content", content))
    }

    /// The media types of a message with their schemas, the oldest first.
    fn content(
        &mut self,
        message: &Value,
        sunsets: &BTreeMap<String, String>,
        versions: Option<&BTreeSet<String>>,
    ) -> Mapping {
        let parent = names::pascal(self.published.short_name().unwrap_or(self.published.id()));
        let suffix = match self.schemas.direction {
            Direction::Request => "body",
            Direction::Response => "result",
        };
        let mut converted = BTreeMap::new();
        // The newest version gets the plain names.
        let mut media_types: Vec<(&String, &Value)> = content(message).collect();
        media_types.sort_by(|a, b| b.0.cmp(a.0));
        let has_dates = media_types.iter().any(|(name, _)| is_dated(name));
        for (name, media) in media_types {
            let label = version_label(name);
            if has_dates && !is_dated(name) {
                self.schemas.notes.push(format!(
                    "the media type `{name}` is left out: only JSON of a dated version is supported"
                ));
                continue;
            }
            if versions
                .is_some_and(|versions| is_dated(name) && !versions.is_empty() && !versions.contains(label))
            {
                self.schemas
                    .notes
                    .push(format!("the version {label} of the request is left out: no response has it"));
                continue;
            }
            self.schemas.version = label.replace('-', "");
            let mut mapping = Mapping::default().set_some("x-sunset", sunsets.get(name).cloned());
            if let Some(schema) = media.get("schema") {
                mapping = mapping.set("schema", self.schemas.body(schema, &Place::new(&parent, suffix)));
            }
            converted.insert(name.clone(), mapping);
        }
        converted.into_iter().fold(Mapping::default(), |content, (name, media)| content.set(&name, media))
    }

    fn responses(&mut self, sunsets: &BTreeMap<String, String>, statuses: &mut Statuses) -> Mapping {
        let mut responses = BTreeMap::new();
        let listed = self.published.operation.get("responses").and_then(Value::as_object);
        for (status, response) in listed.into_iter().flatten() {
            let response = resolved(self.published.document, response);
            match status.parse::<u16>() {
                Ok(200..300) => {
                    self.schemas.direction = Direction::Response;
                    let success = self.success(response, sunsets, statuses);
                    responses.insert(status.clone(), (None, Node::from(success)));
                }
                Ok(300..) => {
                    let reference = statuses.error(status, self.existing);
                    responses.insert(status.clone(), (None, reference));
                }
                _ => self
                    .schemas
                    .notes
                    .push(format!("the status {status} is left out: it is no final response")),
            }
        }
        let common = self.existing.common_statuses.iter();
        let missing: Vec<&String> = common.filter(|status| !responses.contains_key(*status)).collect();
        for status in missing {
            let comment = self
                .is_usual(status)
                .then(|| format!("Deviation: the published operation does not list {status}."));
            responses.insert(status.clone(), (comment, statuses.error(status, self.existing)));
        }
        responses.into_iter().fold(Mapping::default(), |mapping, (status, (comment, response))| {
            let mapping = match comment {
                Some(comment) => mapping.comment(comment),
                None => mapping,
            };
            mapping.set(&status, response)
        })
    }

    /// Whether most published operations list a status.
    fn is_usual(&self, status: &str) -> bool {
        let (mut with, mut all) = (0, 0);
        for (_, _, operation) in operations(self.published.document) {
            all += 1;
            with += usize::from(operation["responses"].get(status).is_some());
        }
        2 * with > all
    }

    fn success(
        &mut self,
        response: &Value,
        sunsets: &BTreeMap<String, String>,
        statuses: &mut Statuses,
    ) -> Mapping {
        let versions: BTreeSet<String> = content(response)
            .map(|(name, _)| version_label(name).to_owned())
            .chain(response["x-xgen-version"].as_str().map(str::to_owned))
            .chain(self.published.operation["x-xgen-version"].as_str().map(str::to_owned))
            .collect();
        // Lint names the other versions of an operation that has no dated one.
        let has_dates = versions.iter().any(|version| is_date(version));
        let versions: BTreeSet<String> =
            versions.into_iter().filter(|version| !has_dates || is_date(version)).collect();
        let has_body = content(response).any(|(_, media)| media.get("schema").is_some());
        statuses.versions.extend(versions.iter().cloned());
        let mut success = Mapping::default().set("description", TODO);
        if !has_body && !versions.is_empty() {
            let versions: Vec<Node> = versions.into_iter().map(Node::from).collect();
            success = success.set("x-empty-versions", versions);
        }
        let mut headers = vec!["RateLimit-Limit", "RateLimit-Remaining"];
        if has_body && content(response).any(|(name, _)| sunsets.contains_key(name)) {
            headers.extend(["Deprecation", "Sunset"]);
        }
        let mut listed = Mapping::default();
        for header in headers {
            if self.existing.fragment.component("headers", header).is_some() {
                listed = listed.set(header, Mapping::default().set("$ref", reference_to("headers", header)));
            }
        }
        if !listed.is_empty() {
            success = success.set("headers", listed);
        }
        if has_body { success.set("content", self.content(response, sunsets, None)) } else { success }
    }
}

fn content(message: &Value) -> impl Iterator<Item = (&String, &Value)> {
    message.get("content").and_then(Value::as_object).into_iter().flatten()
}

fn is_dated(media_type: &str) -> bool {
    MediaType::read(media_type).version().is_some_and(is_date)
}

fn reference_node(parameter: &str) -> Node {
    Mapping::default().set("$ref", reference_to("parameters", parameter)).into()
}

/// A schema without its description and its example.
fn without_prose(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.retain(|key, _| !openapi_fragment::openapi::is_prose(key));
    }
    schema
}
