//! Reports with one text in every place: as each name and value of the documents, in the names that the caller gives, and
//! in what an extension adds.

use openapi_fragment::{Document, pointer};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::extension::{Extension, Headline, Severity, Statement, Verdict};
use crate::{Acknowledgement, Acknowledgements, Names, Report, compare};

/// The keys whose members have names that the author of a document chooses.
const NAMED: &[&str] = &[
    "paths",
    "schemas",
    "properties",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "examples",
    "content",
    "scopes",
    "mapping",
    "variables",
];

/// A document with a text after each name and each value. References follow the names, which YAML limits to 1,024
/// characters.
fn with_text(value: &Value, key: &str, text: &str) -> Value {
    let short: String = text.chars().take(120).collect();
    match value {
        Value::Object(members) => {
            let member = |(name, member): (&String, &Value)| {
                let named = NAMED.contains(&key) || name.starts_with("x-");
                let name_after = if named { format!("{name}{short}") } else { name.clone() };
                (name_after, with_text(member, name, text))
            };
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| with_text(item, key, text)).collect(),
        Value::String(target) if key == "$ref" || target.starts_with("#/") => {
            let mut target = target.clone();
            let mut end = String::new();
            pointer::push(&mut end, &short);
            target.push_str(&end[1..]);
            target.into()
        }
        Value::String(_) if ["type", "in", "openapi"].contains(&key) => value.clone(),
        Value::String(other) => format!("{other}{text}").into(),
        other => other.clone(),
    }
}

/// Edits of every seventh node: removed, replaced by a text, or with a text as a new member.
fn edit(value: &mut Value, counter: &mut usize, start: usize, text: &str) {
    let name: String = format!("added{text}").chars().take(120).collect();
    let mut remove = None;
    let members: Vec<(Option<String>, &mut Value)> = match value {
        Value::Object(members) => members.iter_mut().map(|(key, value)| (Some(key.clone()), value)).collect(),
        Value::Array(items) => items.iter_mut().map(|item| (None, item)).collect(),
        _ => return,
    };
    for (key, member) in members {
        *counter += 1;
        match (*counter + start) % 21 {
            7 if *counter > 30 => remove = key,
            14 if !member.is_object() => *member = format!("edited{text}").into(),
            0 if member.is_object() => member[name.as_str()] = json!({"type": format!("string{text}")}),
            _ => edit(member, counter, start, text),
        }
    }
    if let (Some(key), Value::Object(members)) = (remove, value) {
        members.shift_remove(&key);
    }
}

/// An extension that prints one text in every place.
#[derive(Debug)]
pub(super) struct Echo;

#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Text {
    echo: String,
}

impl Extension for Echo {
    type OfReport = Text;
    type OfEdit = Text;

    const LABEL: &'static str = "Echo";

    fn headline(Text { echo }: &Text) -> Option<Headline> {
        let verdict =
            if echo.len().is_multiple_of(2) { Err(echo.clone()) } else { Ok(("echo", echo.clone())) };
        Some(Headline { subject: "Echo", verdict })
    }

    fn unexplained(Text { echo }: &Text) -> Vec<Statement> {
        vec![Statement { text: echo.clone(), rule: echo.clone(), severity: Severity::Notice }]
    }

    fn verdict(Text { echo }: &Text) -> Option<Verdict> {
        let statement = Statement { text: echo.clone(), rule: echo.clone(), severity: Severity::Notice };
        let at_run_time = vec![statement.clone()];
        // More than are shown without folding.
        Some(Verdict {
            name: "echo",
            severity: Severity::Warning,
            statements: vec![statement; 8],
            at_run_time,
        })
    }
}

/// The value as JSON in ASCII: YAML allows some control characters only if they are escaped.
fn ascii(value: &Value) -> String {
    let mut json = String::new();
    for character in value.to_string().chars() {
        match character {
            ' '..='~' => json.push(character),
            _ => {
                character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| json += &format!("\\u{unit:04x}"))
            }
        }
    }
    json
}

/// A report that has the text in every place.
pub(super) fn report(text: &str, start: usize) -> Report<Echo> {
    let service: Value =
        Document::load("service", include_bytes!("../../../tests/service.yaml")).expect("it loads").value;
    let load = |value: &Value| Document::load("hostile", ascii(value).as_bytes()).expect("JSON is YAML");
    let base = with_text(&service, "", text);
    let mut revision = base.clone();
    edit(&mut revision, &mut 0, start, text);
    let names = Names {
        file: text.to_owned(),
        base: text.to_owned(),
        base_file: start.is_multiple_of(2).then(|| text.to_owned()),
        revision: text.to_owned(),
    };
    let (base, revision) = (load(&base), load(&revision));
    let diff = compare(&base, &revision);
    let entry = |fingerprint: &str| Acknowledgement {
        fingerprint: fingerprint.to_owned(),
        rule: text.to_owned(),
        node: text.to_owned(),
        reason: text.to_owned(),
    };
    let mut acknowledged = Acknowledgements { acknowledged: vec![entry(text)] };
    let without: Report = Report::new(
        Names { file: String::new(), base: String::new(), base_file: None, revision: String::new() },
        &diff,
        &revision,
        &acknowledged,
    );
    let findings = without.edits.iter().flat_map(|edit| &edit.findings).step_by(2);
    acknowledged.acknowledged.extend(findings.map(|finding| entry(&finding.fingerprint)));
    let echo = || Text { echo: text.to_owned() };
    let count = diff.edits.len();
    Report::new(names, &diff, &revision, &acknowledged).with(echo(), (0..count).map(|_| echo()))
}
