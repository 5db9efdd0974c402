//! Checks that the document contains no values of secrets.
//!
//! Defaults and examples end up in documentation, build logs and version control, and an invented secret cannot be told
//! from a real one. So lint rejects every value: next to `format: password`, and in an example of an enclosing schema.
//! No message repeats the value.

use std::collections::HashSet;

use serde_json::Value;

use super::nodes::Node;
use super::secrets::{is_secret, is_secret_name};
use super::{Context, Nodes, Report};
use crate::Rule;
use crate::openapi::Role;
use crate::pointer::Path;

// The violation does not contain the value, so that nothing can print it.
static SECRET_VALUE: Rule = Rule {
    id: "secret-value",
    message: "the {key} contains the value of a secret",
    help: "remove the value, because it ends up in documentation and logs; revoke it if it is in use",
};

/// The maximum number of schemas that are visited for all values together, because schemas may refer to each other
/// along many paths at once.
const MAX_STEPS: usize = 200_000;

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    find(context.nodes, &mut |path, key| report.add(path, SECRET_VALUE.violation(&[("key", &key)])));
}

/// Receives the path of each value and the key that contains it.
type Found<'f> = &'f mut dyn FnMut(&Path<'_>, &'static str);

/// Finds all values of secrets.
pub(super) fn find(nodes: &Nodes<'_>, found: Found<'_>) {
    let mut search = Search { nodes, found, steps: 0 };
    for node in nodes.iter().filter(|node| node.reference().is_none()) {
        match node.role {
            Role::Schema => {
                for key in ["default", "example"] {
                    search.visit_key(node, key, node);
                }
                if is_secret(node) && node.get("enum").is_some() {
                    (search.found)(&node.at("enum"), "enum");
                }
            }
            Role::Parameter | Role::MediaType => {
                if let Some(schema) = nodes.child(node, "schema") {
                    search.visit_key(node, "example", schema);
                }
            }
            _ => {}
        }
    }
}

struct Search<'f, 's, 'a> {
    nodes: &'s Nodes<'a>,
    found: Found<'f>,
    steps: usize,
}

impl<'s, 'a> Search<'_, 's, 'a> {
    fn visit_key(&mut self, at: &Node<'a>, key: &'static str, schema: &'s Node<'a>) {
        if let Some(value) = at.get(key) {
            self.visit_value(key, value, &at.at(key), vec![schema]);
        }
    }

    /// Visits a value that belongs to one or all of these schemas. The limit on the depth of files bounds the
    /// recursion.
    fn visit_value(
        &mut self,
        key: &'static str,
        value: &'a Value,
        path: &Path<'a>,
        schemas: Vec<&'s Node<'a>>,
    ) {
        let schemas = self.expand(schemas);
        if !value.is_null() && schemas.iter().any(|schema| is_secret(schema)) {
            return (self.found)(path, key);
        }
        match value {
            Value::Array(items) => {
                let of_items: Vec<_> = self.children(&schemas, "items").collect();
                for (index, item) in items.iter().enumerate() {
                    self.visit_value(key, item, &path.item(index), of_items.clone());
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.visit_member(key, name, member, &path.member(name.as_str()), &schemas);
                }
            }
            _ => {}
        }
    }

    fn visit_member(
        &mut self,
        key: &'static str,
        name: &str,
        value: &'a Value,
        path: &Path<'a>,
        parents: &[&'s Node<'a>],
    ) {
        let mut schemas: Vec<_> =
            self.children(parents, "properties").filter(|property| property.name == name).collect();
        // The schema of a property decides whether it is a secret. A member without a schema has only its name.
        if schemas.is_empty() && is_secret_name(name) && contains_string(value) {
            return (self.found)(path, key);
        }
        if schemas.is_empty() {
            schemas.extend(self.children(parents, "additionalProperties"));
        }
        self.visit_value(key, value, path, schemas);
    }

    /// The schemas with everything that they are composed of, through references and combinations.
    fn expand(&mut self, mut next: Vec<&'s Node<'a>>) -> Vec<&'s Node<'a>> {
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        while let Some(schema) = next.pop() {
            if self.steps == MAX_STEPS || !seen.insert(schema.id) {
                continue;
            }
            self.steps += 1;
            next.extend(self.nodes.target(schema));
            for via in ["allOf", "oneOf", "anyOf"] {
                next.extend(self.nodes.children(schema, via));
            }
            all.push(schema);
        }
        all
    }

    fn children(&self, schemas: &[&'s Node<'a>], via: &'static str) -> impl Iterator<Item = &'s Node<'a>> {
        schemas.iter().flat_map(move |schema| self.nodes.children(schema, via))
    }
}

/// Whether a value is a string or a list that contains one.
#[must_use]
pub fn contains_string(value: &Value) -> bool {
    value.is_string() || value.as_array().is_some_and(|items| items.iter().any(Value::is_string))
}
