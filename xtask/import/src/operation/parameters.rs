//! Converts parameters: those that operations share, and those of paths, are components.

use atlas_codegen::lower::walk::{elements, resolve};
use openapi_fragment::openapi::{component_of, reference_to};
use serde_json::Value;

use super::Converter;
use crate::compose::without_prose;
use crate::draft::TODO;
use crate::fragment::Direction;
use crate::names;
use crate::schemas::{Place, reference_mapping};
use crate::yaml::{Mapping, Node};

/// The parameters that many operations share, in the order of the fragment.
const SHARED: [&str; 5] = ["pageNum", "itemsPerPage", "includeCount", "envelope", "pretty"];

impl Converter<'_, '_> {
    /// The parameters of the path, unless it has those of another operation, and the parameters of the operation.
    pub(super) fn parameters(&mut self, is_own_path: bool) -> (Vec<Node>, Vec<Node>) {
        let operation = self.published.operation;
        let item = self.published.document["paths"].get(self.published.path).unwrap_or(&Value::Null);
        let mut listed: Vec<&Value> =
            elements(item, "parameters").chain(elements(operation, "parameters")).collect();
        let rank = |listed: &&Value| {
            let parameter = resolve(self.published.document, listed);
            SHARED.iter().position(|name| parameter["name"] == *name).map_or(0, |position| position + 1)
        };
        listed.sort_by_key(rank);
        let (mut of_path, mut of_operation) = (Vec::new(), Vec::new());
        for listed in listed {
            let parameter = resolve(self.published.document, listed);
            let is_shared = listed.get("$ref").is_some();
            match parameter["in"].as_str() {
                Some("path") if !is_own_path => {}
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
            reference_mapping(&id)
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
            let schema = resolve(fragment.value(), &value["schema"]);
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
}

fn reference_node(parameter: &str) -> Node {
    Mapping::default().set("$ref", reference_to("parameters", parameter)).into()
}
