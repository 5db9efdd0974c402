//! No value stands in the place of a secret.
//!
//! Defaults and examples end in documentation, in logs of the build and in version control, and a secret that is made
//! up looks like one that is real. So none is taken: not beside `format: password`, and not in an example of what is
//! around it. Nothing here or elsewhere repeats the value.

use std::collections::HashSet;

use serde_json::Value;

use super::nodes::Node;
use super::secrets::{is_secret, sounds_secret};
use super::shape::Role;
use super::{Context, Nodes, Report};
use crate::Rule;
use crate::pointer::Path;

// The value is not among the data of the problem, so that nothing can print it.
static SECRET_VALUE: Rule = Rule {
    id: "secret-value",
    message: "the {key} holds a value for a secret",
    help: "remove the value: what stands here ends in documentation and logs; if it is in use, revoke it",
};

/// How many schemas are looked at for all values together: schemas may refer to each other through many ways at once.
const MAX_STEPS: usize = 200_000;

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    find(context.nodes, &mut |path, key| report.add(path, SECRET_VALUE.violation(&[("key", &key)])));
}

/// Receives each value: where it stands, and the key that it is in.
type Found<'f> = &'f mut dyn FnMut(&Path<'_>, &'static str);

/// Each value that stands in the place of a secret.
pub(super) fn find(nodes: &Nodes<'_>, found: Found<'_>) {
    let mut search = Search { nodes, found, steps: 0 };
    for node in nodes.iter().filter(|node| node.reference().is_none()) {
        match node.role {
            Role::Schema => {
                for key in ["default", "example"] {
                    search.key(node, key, node);
                }
                if is_secret(node) && node.get("enum").is_some() {
                    (search.found)(&node.at("enum"), "enum");
                }
            }
            Role::Parameter | Role::MediaType => {
                if let Some(schema) = nodes.child(node, "schema") {
                    search.key(node, "example", schema);
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
    fn key(&mut self, at: &Node<'a>, key: &'static str, schema: &'s Node<'a>) {
        if let Some(value) = at.get(key) {
            self.value(key, value, &at.at(key), vec![schema]);
        }
    }

    /// The value fits one of these schemas, or all of them. It is no deeper than the file.
    fn value(&mut self, key: &'static str, value: &'a Value, path: &Path<'a>, schemas: Vec<&'s Node<'a>>) {
        let schemas = self.all_of(schemas);
        if !value.is_null() && schemas.iter().any(|schema| is_secret(schema)) {
            return (self.found)(path, key);
        }
        match value {
            Value::Array(items) => {
                let of_items: Vec<_> = self.children(&schemas, "items").collect();
                for (index, item) in items.iter().enumerate() {
                    self.value(key, item, &path.item(index), of_items.clone());
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.member(key, name, member, &path.member(name.as_str()), &schemas);
                }
            }
            _ => {}
        }
    }

    fn member(
        &mut self,
        key: &'static str,
        name: &str,
        value: &'a Value,
        path: &Path<'a>,
        around: &[&'s Node<'a>],
    ) {
        let mut schemas: Vec<_> =
            self.children(around, "properties").filter(|property| property.name == name).collect();
        // A property that sounds like a secret is asked for its format; of any other member only the name is known.
        if schemas.is_empty() && sounds_secret(name) && holds_text(value) {
            return (self.found)(path, key);
        }
        if schemas.is_empty() {
            schemas.extend(self.children(around, "additionalProperties"));
        }
        self.value(key, value, path, schemas);
    }

    /// The schemas that these are made of, through references and combinations.
    fn all_of(&mut self, mut next: Vec<&'s Node<'a>>) -> Vec<&'s Node<'a>> {
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

/// Whether a value is a string, or a list that has one.
#[must_use]
pub fn holds_text(value: &Value) -> bool {
    value.is_string() || value.as_array().is_some_and(|items| items.iter().any(Value::is_string))
}
