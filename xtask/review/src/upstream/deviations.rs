//! The intended differences from the published document: a committed file of entries with reasons.
//!
//! An entry names an exact change, so that it cannot explain a difference that its author did not see.

use serde::Deserialize;
use serde_json::Value;

use openapi_diff::{Direction, Edit};

/// The differences that the file names.
#[derive(Debug, Default)]
pub(super) struct Deviations {
    /// The number of reasons.
    pub(super) reasons: usize,
    differences: Vec<Deviation<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    deviation: Vec<Deviation<OneOrMany>>,
}

/// Intended differences of one kind, and the reason for them. With lists, they are each combination of the nodes and the
/// details.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviation<Names> {
    /// The id of the change in the table of rules.
    change: String,
    /// The name of the node; `None` is any node.
    node: Option<Names>,
    /// The text of the difference in the report; `None` is any text.
    detail: Option<Names>,
    /// The values in the published document and in the fragment; any values if both are `None`.
    before: Option<Value>,
    after: Option<Value>,
    /// Who sends the data; `None` is anybody.
    direction: Option<Direction>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Deviations {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut deviations = Self { reasons: file.deviation.len(), ..Self::default() };
        for (index, entry) in file.deviation.into_iter().enumerate() {
            let differences = entry.differences();
            let problem = |what: &str| {
                let names: Vec<String> = differences.iter().map(Deviation::name).collect();
                Err(format!("entry {} ({}) {what}", index + 1, names.join("; ")))
            };
            let is_shortened = |difference: &Deviation<String>| {
                difference.detail.as_ref().is_some_and(|detail| detail.contains('…'))
            };
            if matches!(entry.reason.trim(), "" | "TODO") {
                return problem("has no reason");
            } else if differences.is_empty() {
                return problem("has an empty list");
            } else if entry.detail.is_none() && !entry.has_values() {
                return problem(
                    "names no exact change: it needs `detail`, or the values `before` or `after`",
                );
            } else if differences.iter().any(is_shortened) {
                return problem("has a shortened `detail`: give the values `before` and `after` instead");
            }
            deviations.differences.extend(differences);
        }
        Ok(deviations)
    }

    /// The index of the intended difference that an edit is.
    pub(super) fn find(&self, edit: &Edit) -> Option<usize> {
        self.differences.iter().position(|difference| difference.matches(edit))
    }

    /// The reason for an intended difference.
    pub(super) fn reason(&self, index: usize) -> &str {
        &self.differences[index].reason
    }

    /// The intended differences that are none of these.
    pub(super) fn stale(&self, found: &[Option<usize>]) -> Vec<String> {
        let stale = self.differences.iter().enumerate().filter(|(index, _)| !found.contains(&Some(*index)));
        stale.map(|(_, difference)| difference.name()).collect()
    }
}

impl<Names> Deviation<Names> {
    fn has_values(&self) -> bool {
        self.before.is_some() || self.after.is_some()
    }
}

impl Deviation<OneOrMany> {
    fn differences(&self) -> Vec<Deviation<String>> {
        let list = |names: &Option<OneOrMany>| match names {
            None => vec![None],
            Some(OneOrMany::One(name)) => vec![Some(name.clone())],
            Some(OneOrMany::Many(names)) => names.iter().cloned().map(Some).collect(),
        };
        let difference = |node: &Option<String>, detail| Deviation {
            change: self.change.clone(),
            node: node.clone(),
            detail,
            before: self.before.clone(),
            after: self.after.clone(),
            direction: self.direction,
            reason: self.reason.clone(),
        };
        let nodes = list(&self.node);
        nodes
            .iter()
            .flat_map(|node| list(&self.detail).into_iter().map(|detail| difference(node, detail)))
            .collect()
    }
}

impl Deviation<String> {
    fn matches(&self, edit: &Edit) -> bool {
        let is_from =
            |direction| !edit.reach.is_empty() && edit.reach.iter().all(|reach| reach.direction == direction);
        self.change == edit.change.id()
            && self.node.as_ref().is_none_or(|node| *node == edit.node.name)
            && self.detail.as_ref().is_none_or(|detail| *detail == edit.detail)
            && (!self.has_values() || (&self.before, &self.after) == (&edit.before, &edit.after))
            && self.direction.is_none_or(is_from)
    }

    fn name(&self) -> String {
        let node = self.node.as_deref().unwrap_or("any node");
        let mut name = format!("{} of {node}", self.change);
        if let Some(detail) = &self.detail {
            name += &format!(": {detail}");
        }
        if self.has_values() {
            let [before, after] = [&self.before, &self.after]
                .map(|value| value.as_ref().map_or("none".to_owned(), Value::to_string));
            name += &format!(": {before} → {after}");
        }
        name
    }
}
