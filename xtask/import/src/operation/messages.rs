//! Converts the body of requests and the responses, with their versions.

use std::collections::{BTreeMap, BTreeSet};

use atlas_codegen::lower::walk::{operations, resolve};
use openapi_fragment::openapi::{MediaType, is_date, reference_to, version_label};
use serde_json::Value;

use super::Converter;
use crate::draft::TODO;
use crate::fragment::Direction;
use crate::names;
use crate::schemas::Place;
use crate::statuses::Statuses;
use crate::yaml::{Mapping, Node};

impl Converter<'_, '_> {
    /// The sunset of each version of the operation. A version ends as a whole.
    pub(super) fn sunsets(&self) -> BTreeMap<String, String> {
        let operation = self.published.operation;
        let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        let messages = responses.map(|(_, response)| response).chain(operation.get("requestBody"));
        let mut sunsets = BTreeMap::new();
        for message in messages {
            for (media_type, media) in content(resolve(self.published.document, message)) {
                if let Some(day) = media.get("x-sunset").and_then(Value::as_str) {
                    sunsets.insert(media_type.clone(), day.to_owned());
                }
            }
        }
        sunsets
    }

    pub(super) fn body(
        &mut self,
        sunsets: &BTreeMap<String, String>,
        statuses: &Statuses,
    ) -> Option<Mapping> {
        let body = resolve(self.published.document, self.published.operation.get("requestBody")?);
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

    pub(super) fn responses(
        &mut self,
        sunsets: &BTreeMap<String, String>,
        statuses: &mut Statuses,
    ) -> Mapping {
        let mut responses = BTreeMap::new();
        let listed = self.published.operation.get("responses").and_then(Value::as_object);
        for (status, response) in listed.into_iter().flatten() {
            let response = resolve(self.published.document, response);
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
        for node in operations(self.published.document) {
            all += 1;
            with += usize::from(node.operation["responses"].get(status).is_some());
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
