//! What the fragment has already: its components by their published names, the kinds of ids, and the error responses.

use std::collections::{BTreeMap, BTreeSet};

use atlas_codegen::ids::Form;
use atlas_codegen::lower::walk::{self, OperationNode, elements};
use openapi_fragment::openapi::{closure, component_of, reference_to, references};
use openapi_fragment::{Document, Problem};
use serde_json::Value;

use crate::draft::TODO;
use crate::names;
use crate::schemas::keyword_value;

/// The fragment: its text and its content.
#[derive(Debug)]
pub struct Fragment {
    pub(crate) text: String,
    pub(crate) document: Document,
}

/// Who sends the values of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    Request,
    Response,
}

impl Fragment {
    /// Loads the text of a fragment. Problems name the file by `display_path`.
    ///
    /// # Errors
    ///
    /// Returns every problem that prevents the file from being loaded.
    pub fn load(display_path: &str, text: String) -> Result<Self, Vec<Problem>> {
        let document = Document::load_openapi(display_path, text.as_bytes())?;
        Ok(Self { text, document })
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The content with the position of each node.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The text with an answer for each `TODO`, to lint the rest.
    #[must_use]
    pub fn answered(&self) -> String {
        let answer = |line: &str| {
            let Some(start) = line.strip_suffix(TODO).filter(|start| start.ends_with(": ")) else {
                return line.to_owned();
            };
            let answer = match start.trim() {
                "x-idempotent:" => "false",
                "x-atlas-cli:" => "atlas api",
                _ => "Not written yet.",
            };
            format!("{start}{answer}")
        };
        self.text.lines().map(|line| answer(line) + "\n").collect()
    }

    pub(crate) fn value(&self) -> &Value {
        &self.document.value
    }

    pub(crate) fn components(&self, section: &str) -> impl Iterator<Item = (&String, &Value)> {
        let components = self.value().get("components").and_then(|components| components.get(section));
        components.and_then(Value::as_object).into_iter().flatten()
    }

    pub(crate) fn component(&self, section: &str, name: &str) -> Option<&Value> {
        self.value().get("components")?.get(section)?.get(name)
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = OperationNode<'_>> {
        walk::operations(self.value())
    }
}

/// The parts of the fragment that an import may reuse.
pub(crate) struct Existing<'a> {
    pub(crate) fragment: &'a Fragment,
    /// The fragment's schemas by their published names.
    by_published_name: BTreeMap<&'a str, Vec<&'a str>>,
    /// The schemas that requests and responses contain.
    reached: [BTreeSet<String>; 2],
    /// The id schemas by the names of the parameters and the properties that contain them, the most usual first.
    ids: BTreeMap<String, Vec<&'a str>>,
    /// The error responses: status, and the component that every operation, or any operation, refers to.
    pub(crate) responses: BTreeMap<String, &'a str>,
    pub(crate) common_statuses: BTreeSet<String>,
}

impl<'a> Existing<'a> {
    pub(crate) fn of(fragment: &'a Fragment) -> Self {
        let mut by_published_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, schema) in fragment.components("schemas") {
            let published = schema.get("x-published-name").and_then(Value::as_str).unwrap_or(name);
            by_published_name.entry(published).or_default().push(name);
        }
        let (responses, common_statuses) = error_responses(fragment);
        Self {
            fragment,
            by_published_name,
            reached: [reached(fragment, Direction::Request), reached(fragment, Direction::Response)],
            ids: ids(fragment),
            responses,
            common_statuses,
        }
    }

    /// The component for a published schema. An object describes either a request or a response.
    pub(crate) fn schema(&self, published: &str, direction: Option<Direction>) -> Option<&'a str> {
        let candidates = self.by_published_name.get(published)?;
        let fits = |name: &&&str| {
            let other = match direction {
                None => return true,
                Some(Direction::Request) => Direction::Response,
                Some(Direction::Response) => Direction::Request,
            };
            !self.reached[other as usize].contains(**name)
        };
        candidates.iter().find(fits).copied()
    }

    /// The id schema for the values of a parameter or a property.
    pub(crate) fn id(&self, name: &str, schema: &Value) -> Option<&'a str> {
        let same = |id: &&&str| {
            let existing = self.fragment.component("schemas", id);
            existing.is_some_and(|existing| constraints(existing) == constraints(schema))
        };
        self.ids.get(name)?.iter().find(same).copied()
    }
}

/// The keywords by which kinds of ids differ.
pub(crate) fn constraints(schema: &Value) -> String {
    let pattern = schema.get("pattern").and_then(Value::as_str).map(normalized);
    let others = ["minLength", "maxLength", "enum"].map(|key| match schema.get(key) {
        Some(value) => keyword_value(key, value, "string").to_string(),
        None => String::new(),
    });
    format!("{} {}", pattern.unwrap_or_default(), others.join(" "))
}

/// A pattern without a group around all of it, which changes nothing.
pub(crate) fn normalized(pattern: &str) -> String {
    let inner = pattern.strip_prefix("^(").and_then(|rest| rest.strip_suffix(")$"));
    match inner.filter(|inner| !inner.contains(['(', ')', '|'])) {
        Some(inner) => format!("^{inner}$"),
        None => pattern.to_owned(),
    }
}

/// The pattern of most ids.
pub(crate) const HEX_ID: &str = "^[a-f0-9]{24}$";

pub(crate) fn is_hex_id(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "string") && Form::of(schema) == Form::Hex
}

fn reached(fragment: &Fragment, direction: Direction) -> BTreeSet<String> {
    let key = if direction == Direction::Request { "requestBody" } else { "responses" };
    let parts = fragment.operations().filter_map(|node| node.operation.get(key));
    let roots = parts.flat_map(references).map(|reference| reference.target.to_owned());
    let closure = closure(fragment.value(), roots.collect());
    closure
        .iter()
        .filter_map(|reference| component_of(reference))
        .filter(|(section, _)| *section == "schemas")
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// The ids of parameters count more than those of properties, and frequent ones more than others.
fn ids(fragment: &Fragment) -> BTreeMap<String, Vec<&str>> {
    let is_id = |name: &str| {
        let schema = fragment.component("schemas", name);
        schema.is_some_and(|schema| is_hex_id(schema) || schema.get("x-rust-type").is_some())
    };
    let id_of = |schema: &'_ Value| -> Option<String> {
        let reference = schema.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref"))?;
        let (section, name) = component_of(reference.as_str()?)?;
        (section == "schemas" && is_id(name)).then(|| name.to_owned())
    };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let operations = fragment.operations().flat_map(|node| elements(node.operation, "parameters"));
    for parameter in fragment.components("parameters").map(|(_, parameter)| parameter).chain(operations) {
        if let (Some(name), Some(id)) = (parameter["name"].as_str(), id_of(&parameter["schema"])) {
            *counts.entry((name.to_owned(), id)).or_default() += 1000;
        }
    }
    for (_, schema) in fragment.components("schemas") {
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if let Some(id) = id_of(property) {
                *counts.entry((name.clone(), id)).or_default() += 1;
            }
        }
    }
    let mut found: BTreeMap<String, Vec<(usize, &str)>> = BTreeMap::new();
    for ((name, id), count) in counts {
        // `id` is an id of the object that contains it.
        if let Some((id, _)) = fragment.components("schemas").find(|(schema, _)| **schema == id)
            && !matches!(&*name, "id" | "_id")
        {
            found.entry(name).or_default().push((count, id));
        }
    }
    // A kind of id that nothing contains under its own name has this name too.
    for (name, _) in fragment.components("schemas").filter(|(name, _)| is_id(name)) {
        found.entry(names::camel(name)).or_default().push((0, name));
    }
    let sorted = found.into_iter().map(|(name, mut ids)| {
        ids.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        (name, ids.into_iter().map(|(_, id)| id).collect())
    });
    sorted.collect()
}

/// The components of the error responses by status, and the statuses that every operation has.
fn error_responses(fragment: &Fragment) -> (BTreeMap<String, &str>, BTreeSet<String>) {
    let mut responses = BTreeMap::new();
    let mut common: Option<BTreeSet<String>> = None;
    for OperationNode { operation, .. } in fragment.operations() {
        let mut own = BTreeSet::new();
        for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten()
        {
            let target = response.get("$ref").and_then(Value::as_str).and_then(component_of);
            if let Some(("responses", name)) = target.filter(|_| !status.starts_with('2')) {
                own.insert(status.clone());
                responses.insert(status.clone(), name);
            }
        }
        common = Some(match common {
            Some(common) => &common & &own,
            None => own,
        });
    }
    (responses, common.unwrap_or_default())
}

pub(crate) fn schema_reference(name: &str) -> Value {
    serde_json::json!({ "$ref": reference_to("schemas", name) })
}
