//! Inserts new nodes into the text of the fragment. Every line of the text stays as it is.

mod layout;
mod lines;

use openapi_fragment::openapi::METHODS;
use openapi_fragment::pointer;
use openapi_fragment::{Document, Problem};
use serde_json::{Value, json};

use crate::fragment::Fragment;
use crate::operation::Addition;
use crate::yaml::{Mapping, Node};
use layout::{HEADING, Layout};
use lines::method_lines;
pub(crate) use lines::{component_lines, item, path_lines, tag};

/// Everything that is added.
pub(crate) struct Additions<'a> {
    pub(crate) addition: &'a Addition,
    pub(crate) ids: &'a [(String, Mapping)],
    pub(crate) schemas: &'a [(String, Mapping)],
}

/// Why the text could not be changed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The fragment lacks a section, such as `components/schemas`, or writes it in one line.
    Layout(String),
    /// The text with the insertion does not load.
    Invalid(Vec<Problem>),
}

/// Lines to insert before a line of the text, by its index.
struct Insertion {
    before: usize,
    lines: Vec<String>,
}

/// The order of the methods of a path.
const ORDER: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The column at which the lines of headings end.
const HEADING_WIDTH: usize = 113;

/// The heading before which new groups are inserted.
const LAST_GROUP: &str = "errors";

/// The text of the fragment with the additions, as a document.
pub(crate) fn insert(fragment: &Fragment, additions: &Additions<'_>) -> Result<Fragment, Failure> {
    let layout = Layout { fragment, lines: fragment.text.lines().collect() };
    let mut insertions = layout.tags(&additions.addition.tags)?;
    insertions.push(layout.operation(additions.addition)?);
    for (section, new) in
        [("parameters", &additions.addition.parameters[..]), ("responses", &additions.addition.responses)]
    {
        insertions.extend(layout.components(section, new)?);
    }
    insertions.extend(layout.ids(additions.ids)?);
    insertions.extend(layout.schemas(additions)?);
    let text = apply(&layout.lines, insertions);
    let document =
        Document::load_openapi(fragment.document.path(), text.as_bytes()).map_err(Failure::Invalid)?;
    if document.value != expected(fragment.value(), additions) {
        return Err(Failure::Layout("the structure of the file".to_owned()));
    }
    Ok(Fragment { text, document })
}

fn apply(lines: &[&str], mut insertions: Vec<Insertion>) -> String {
    insertions.sort_by_key(|insertion| insertion.before);
    let mut insertions = insertions.into_iter().peekable();
    let mut text = String::new();
    for index in 0..=lines.len() {
        while let Some(insertion) = insertions.next_if(|insertion| insertion.before == index) {
            insertion.lines.iter().for_each(|line| push_line(&mut text, line));
        }
        if let Some(line) = lines.get(index) {
            push_line(&mut text, line);
        }
    }
    text
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The content that the text must have after the insertion.
fn expected(before: &Value, additions: &Additions<'_>) -> Value {
    let mut value = before.clone();
    let addition = additions.addition;
    if let Some(tags) = value.get_mut("tags").and_then(Value::as_array_mut) {
        tags.extend(addition.tags.iter().map(|name| tag(name).value()));
    }
    let item = &mut value["paths"][&addition.path];
    if item.is_null() {
        *item = json!({});
        if !addition.path_parameters.is_empty() {
            item["parameters"] = Node::from(addition.path_parameters.clone()).value();
        }
    }
    item[&addition.method] = addition.operation.value();
    for (section, new) in [
        ("parameters", &addition.parameters[..]),
        ("responses", &addition.responses),
        ("schemas", additions.ids),
        ("schemas", additions.schemas),
    ] {
        for (name, mapping) in new {
            value["components"][section][name] = mapping.value();
        }
    }
    value
}

impl Layout<'_> {
    fn tags(&self, new: &[String]) -> Result<Vec<Insertion>, Failure> {
        let Some(tags) = self.fragment.value().get("tags").and_then(Value::as_array) else {
            return Ok(Vec::new());
        };
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let last = tags.len().checked_sub(1).ok_or_else(|| Failure::Layout("`tags`".to_owned()))?;
        let (start, column) = self.start(&format!("/tags/{last}"));
        // The dash of the item.
        let indent = column.checked_sub(2).ok_or_else(|| Failure::Layout("`tags`".to_owned()))?;
        let before = self.end_of_block(start, indent + 1);
        let lines = new.iter().flat_map(|name| item(&tag(name), indent)).collect();
        Ok(vec![Insertion { before, lines }])
    }

    fn operation(&self, addition: &Addition) -> Result<Insertion, Failure> {
        let item = pointer::join("/paths", &addition.path);
        if self.fragment.value().pointer(&item).is_some() {
            return self.method(addition, &item);
        }
        let paths = self.members("/paths")?;
        let block = path_lines(addition, self.start(&pointer::join("/paths", &paths[0])).1);
        Ok(match neighbor(&addition.path, &paths) {
            Neighbor::Before(path) => {
                let before = self.with_comments(self.start(&pointer::join("/paths", path)).0);
                Insertion { before, lines: block.into_iter().chain([String::new()]).collect() }
            }
            Neighbor::After(path) => {
                let before = self.end(&pointer::join("/paths", path));
                Insertion { before, lines: [String::new()].into_iter().chain(block).collect() }
            }
        })
    }

    /// Inserts the operation into a path that the fragment has.
    fn method(&self, addition: &Addition, item: &str) -> Result<Insertion, Failure> {
        let rank = |method: &str| ORDER.iter().position(|other| *other == method).unwrap_or(ORDER.len());
        let members = self.members(item)?;
        let methods = || members.iter().filter(|name| METHODS.contains(&name.as_str()));
        let earlier = methods().rfind(|method| rank(method) < rank(&addition.method));
        let (before, indent) = match (earlier, methods().next()) {
            (Some(method), _) => {
                let pointer = pointer::join(item, method);
                (self.end(&pointer), self.start(&pointer).1)
            }
            (None, Some(method)) => {
                let (line, indent) = self.start(&pointer::join(item, method));
                (self.with_comments(line), indent)
            }
            (None, None) => {
                let last = members.last().map_or_else(|| item.to_owned(), |last| pointer::join(item, last));
                (self.end(&last), self.start(&last).1)
            }
        };
        Ok(Insertion { before, lines: method_lines(addition, indent) })
    }

    /// Inserts components behind the last one of their section.
    fn components(&self, section: &str, new: &[(String, Mapping)]) -> Result<Option<Insertion>, Failure> {
        if new.is_empty() {
            return Ok(None);
        }
        let section = format!("/components/{section}");
        let last = self.members(&section)?.pop().unwrap_or_default();
        let last = pointer::join(&section, &last);
        let lines = component_lines(new, self.start(&last).1);
        Ok(Some(Insertion { before: self.end(&last), lines }))
    }

    /// Inserts ids behind the last id.
    fn ids(&self, new: &[(String, Mapping)]) -> Result<Option<Insertion>, Failure> {
        let is_id =
            |schema: &Value| schema.get("x-rust-type").is_some() || crate::fragment::is_hex_id(schema);
        let last = self.fragment.components("schemas").filter(|(_, schema)| is_id(schema)).last();
        match last {
            Some((name, _)) if !new.is_empty() => {
                let last = pointer::join("/components/schemas", name);
                let lines = component_lines(new, self.start(&last).1);
                Ok(Some(Insertion { before: self.end(&last), lines }))
            }
            _ => self.components("schemas", new),
        }
    }

    /// Inserts schemas at the end of the group of the operation's tag, or as a new group.
    fn schemas(&self, additions: &Additions<'_>) -> Result<Option<Insertion>, Failure> {
        let new = additions.schemas;
        let headings: Vec<(usize, &str)> = self.headings();
        let tag = additions.addition.operation.value()["tags"][0].as_str().unwrap_or_default().to_lowercase();
        if new.is_empty() || headings.is_empty() || tag.is_empty() {
            return self.components("schemas", new);
        }
        let indent =
            self.start(&pointer::join("/components/schemas", &self.members("/components/schemas")?[0])).1;
        let lines = component_lines(new, indent);
        let own = headings.iter().position(|(_, name)| *name == tag);
        let next = match own {
            Some(own) => headings.get(own + 1),
            None => headings.iter().find(|(_, name)| *name == LAST_GROUP),
        };
        if own.is_some() {
            let Some((line, _)) = next else { return self.components("schemas", new) };
            let blank = self.lines[..*line].iter().rev().take_while(|line| line.trim().is_empty()).count();
            return Ok(Some(Insertion { before: line - blank, lines }));
        }
        let heading = format!("{}{HEADING}{tag} ", " ".repeat(indent));
        let heading = format!("{heading:-<HEADING_WIDTH$}");
        Ok(Some(match next {
            Some((line, _)) => {
                let lines = [heading].into_iter().chain(lines).chain([String::new()]).collect();
                Insertion { before: *line, lines }
            }
            None => {
                let lines = [String::new(), heading].into_iter().chain(lines).collect();
                self.components("schemas", new)?
                    .map_or(Insertion { before: 0, lines: Vec::new() }, |last| Insertion { lines, ..last })
            }
        }))
    }
}

/// The path next to which a new one is inserted.
enum Neighbor<'p> {
    Before(&'p str),
    After(&'p str),
}

/// Before the first path that continues the new one, otherwise after the last one with the longest common start.
fn neighbor<'p>(path: &str, paths: &'p [String]) -> Neighbor<'p> {
    let longer = format!("{path}/");
    if let Some(continued) = paths.iter().find(|other| other.starts_with(&longer)) {
        return Neighbor::Before(continued);
    }
    let common =
        |other: &str| path.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count();
    // `max_by_key` returns the last of several maxima.
    let closest = paths.iter().max_by_key(|other| common(other));
    Neighbor::After(closest.map_or("", String::as_str))
}
