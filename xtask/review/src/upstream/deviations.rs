//! The intended differences from the published document: a committed file of entries with reasons.
//!
//! An entry names an exact change, so that it cannot explain a difference that its author did not see.

use serde::Deserialize;
use serde_json::Value;

use openapi_diff::{Direction, Edit};

/// The contents of the file: the entries, and the differences that they name.
#[derive(Debug, Default)]
pub(super) struct Deviations {
    reasons: Vec<String>,
    differences: Vec<Difference>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    deviation: Vec<Entry>,
}

/// The reason for some differences of one kind: each combination of the nodes and the details.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    change: String,
    node: Option<OneOrMany>,
    detail: Option<OneOrMany>,
    before: Option<Value>,
    after: Option<Value>,
    direction: Option<Direction>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// An intended difference, which a document may have at several nodes.
#[derive(Debug)]
pub(super) struct Difference {
    /// The index of its reason.
    pub(super) reason: usize,
    /// The id of the change in the table of rules.
    change: String,
    /// The name of the node; `None` is any node.
    node: Option<String>,
    /// The text of the difference in the report; `None` is any text.
    detail: Option<String>,
    /// The values in the published document and in the fragment; `None` is any values.
    values: Option<[Option<Value>; 2]>,
    /// Who sends the data; `None` is anybody.
    direction: Option<Direction>,
}

impl Deviations {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut deviations = Self::default();
        for (index, entry) in file.deviation.into_iter().enumerate() {
            let differences = entry.differences(index);
            let problem = |what: &str| {
                let names: Vec<String> = differences.iter().map(Difference::name).collect();
                Err(format!("entry {} ({}) {what}", index + 1, names.join("; ")))
            };
            if entry.reason.trim().is_empty() {
                return problem("has no reason");
            }
            if differences.is_empty() {
                return problem("has an empty list");
            }
            if differences.iter().any(|difference| !difference.is_exact()) {
                return problem(
                    "names no exact change: it needs `detail`, or the values `before` or `after`",
                );
            }
            if differences
                .iter()
                .filter_map(|difference| difference.detail.as_ref())
                .any(|text| text.contains('…'))
            {
                return problem("has a shortened `detail`: give the values `before` and `after` instead");
            }
            deviations.differences.extend(differences);
            deviations.reasons.push(entry.reason);
        }
        Ok(deviations)
    }

    pub(super) fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// The index of the intended difference that an edit is.
    pub(super) fn find(&self, edit: &Edit) -> Option<usize> {
        self.differences.iter().position(|difference| difference.matches(edit))
    }

    pub(super) fn get(&self, index: usize) -> &Difference {
        &self.differences[index]
    }

    /// The intended differences that are none of these.
    pub(super) fn stale(&self, found: &[Option<usize>]) -> Vec<String> {
        let stale = self.differences.iter().enumerate().filter(|(index, _)| !found.contains(&Some(*index)));
        stale.map(|(_, difference)| difference.name()).collect()
    }
}

impl Entry {
    fn differences(&self, reason: usize) -> Vec<Difference> {
        let list = |names: &Option<OneOrMany>| match names {
            None => vec![None],
            Some(OneOrMany::One(name)) => vec![Some(name.clone())],
            Some(OneOrMany::Many(names)) => names.iter().cloned().map(Some).collect(),
        };
        let values = [self.before.clone(), self.after.clone()];
        let values = Some(values).filter(|values| values.iter().any(Option::is_some));
        let difference = |node: &Option<String>, detail| Difference {
            reason,
            change: self.change.clone(),
            node: node.clone(),
            detail,
            values: values.clone(),
            direction: self.direction,
        };
        let nodes = list(&self.node);
        nodes
            .iter()
            .flat_map(|node| list(&self.detail).into_iter().map(|detail| difference(node, detail)))
            .collect()
    }
}

impl Difference {
    fn is_exact(&self) -> bool {
        self.detail.is_some() || self.values.is_some()
    }

    fn matches(&self, edit: &Edit) -> bool {
        let is_from =
            |direction| !edit.reach.is_empty() && edit.reach.iter().all(|reach| reach.direction == direction);
        self.change == edit.change.id()
            && self.node.as_ref().is_none_or(|node| *node == edit.node.name)
            && self.detail.as_ref().is_none_or(|detail| *detail == edit.detail)
            && self
                .values
                .as_ref()
                .is_none_or(|[before, after]| (before, after) == (&edit.before, &edit.after))
            && self.direction.is_none_or(is_from)
    }

    fn name(&self) -> String {
        let node = self.node.as_deref().unwrap_or("any node");
        let mut name = format!("{} of {node}", self.change);
        if let Some(detail) = &self.detail {
            name += &format!(": {detail}");
        }
        if let Some(values) = &self.values {
            let [before, after] =
                values.each_ref().map(|value| value.as_ref().map_or("none".to_owned(), Value::to_string));
            name += &format!(": {before} → {after}");
        }
        name
    }
}
