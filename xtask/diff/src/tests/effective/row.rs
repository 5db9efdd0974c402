//! A row of a table: two snippets, the document around them, and the expected levels.

use crate::{Level, compare};
use openapi_fragment::Document;

/// Two snippets, the document that they are put into, and the result in both directions.
pub(super) struct Row {
    within: fn(&str) -> String,
    base: &'static str,
    revision: &'static str,
    forward: Expected,
    backward: Expected,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Expected {
    /// Edits without an effect. There is at least one, because the texts differ.
    NoEffect,
    /// One edit with this level.
    One(Level),
    /// One edit with this level or a higher one.
    AtLeast(Level),
    /// Edits with these levels, from harmful to harmless.
    Levels(&'static [Level]),
}

/// A document with this operation. `@Name` is a reference to a schema.
fn document(components: &str, operation: &str, rest: &str) -> String {
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\n{rest}\n\
         paths: {{/a: {{post: {{operationId: a, {operation}}}}}}}\ncomponents: {{{components}}}\n"
    );
    let mut parts = text.split('@');
    let mut resolved = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|character: char| !character.is_alphanumeric()).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        resolved += &format!("{{$ref: '#/components/schemas/{name}'}}{rest}");
    }
    resolved
}

/// The schemas of the components. The request body is the schema `S`.
pub(super) fn request(schemas: &str) -> String {
    let body = "requestBody: {content: {application/json: {schema: @S}}}, responses: {}";
    document(&format!("schemas: {{{schemas}}}"), body, "")
}

/// The schemas of the components. The response body is the schema `S`.
pub(super) fn response(schemas: &str) -> String {
    let body = "responses: {'200': {description: Done., content: {application/json: {schema: @S}}}}";
    document(&format!("schemas: {{{schemas}}}"), body, "")
}

/// The schemas of the components. The request body is the schema `R`, and the response body is the schema `S`.
pub(super) fn exchange(schemas: &str) -> String {
    let content = |schema| format!("content: {{application/json: {{schema: {schema}}}}}");
    let (request, response) = (content("@R"), content("@S"));
    let body =
        format!("requestBody: {{{request}}}, responses: {{'200': {{description: Done., {response}}}}}");
    document(&format!("schemas: {{{schemas}}}"), &body, "")
}

/// The media type of a request body, and after a space the component that is its schema.
pub(super) fn media_type(text: &str) -> String {
    let (name, schema) = text.split_once(' ').unwrap_or_default();
    let body = format!("requestBody: {{content: {{{name}: {{schema: @T}}}}}}, responses: {{}}");
    document(&format!("schemas: {{T: {schema}}}"), &body, "")
}

/// The schema of a query parameter.
pub(super) fn query(schema: &str) -> String {
    parameters(&format!("{{name: q, in: query, schema: {schema}}}"))
}

pub(super) fn parameters(items: &str) -> String {
    document("", &format!("parameters: [{items}], responses: {{}}"), "")
}

/// The headers of a response.
pub(super) fn headers(members: &str) -> String {
    document("", &format!("responses: {{'200': {{description: Done., headers: {{{members}}}}}}}"), "")
}

/// The media types of a request body.
pub(super) fn request_content(members: &str) -> String {
    document("", &format!("requestBody: {{content: {{{members}}}}}, responses: {{}}"), "")
}

/// The media types of a response body.
pub(super) fn response_content(members: &str) -> String {
    document("", &format!("responses: {{'200': {{description: Done., content: {{{members}}}}}}}"), "")
}

/// The encodings of a form with an object `o`, a list `l` and a text `s`.
fn form(media_type: &str, encodings: &str) -> String {
    let properties = "o: {type: object}, l: {type: array, items: {type: string}}, s: @Text";
    let schema = format!("{{type: object, properties: {{{properties}}}}}");
    let content = format!("{{{media_type}: {{schema: {schema}, encoding: {{{encodings}}}}}}}");
    let operation = format!("requestBody: {{content: {content}}}, responses: {{}}");
    document("schemas: {Text: {type: string}}", &operation, "")
}

pub(super) fn url_encoded(encodings: &str) -> String {
    form("application/x-www-form-urlencoded", encodings)
}

pub(super) fn multipart(encodings: &str) -> String {
    form("multipart/form-data", encodings)
}

/// The responses of the operation. `BODY` is a response with a body and a header, `NONE` one without.
pub(super) fn responses(members: &str) -> String {
    let body = "{description: A., content: {application/json: {schema: {type: string}}}, \
                headers: {A: {required: true, schema: {type: string}}}}";
    let members = members.replace("BODY", body).replace("NONE", "{description: B.}");
    document("", &format!("responses: {{{members}}}"), "")
}

/// A query parameter with the schema `S` and these keys, and after a `;` the schema.
pub(super) fn query_reference(text: &str) -> String {
    let (keys, schema) = text.split_once(';').unwrap_or_default();
    let operation = format!("parameters: [{{name: q, in: query, {keys} schema: @S}}], responses: {{}}");
    document(&format!("schemas: {{S: {schema}}}"), &operation, "")
}

/// Keys of an operation in a document with security and servers.
pub(super) fn inherits(keys: &str) -> String {
    document(
        "securitySchemes: {A: {type: http, scheme: basic}, B: {type: http, scheme: bearer}}",
        &format!("{keys}, responses: {{}}"),
        "security: [{A: []}]\nservers: [{url: 'https://a.test/v1'}]",
    )
}

/// Keys of an operation in a document without security and servers.
pub(super) fn operation(keys: &str) -> String {
    document("", &format!("{keys}, responses: {{}}"), "")
}

/// Keys of the document, whose operation inherits everything.
pub(super) fn root(keys: &str) -> String {
    document("", "responses: {}", keys)
}

/// The scheme that the operation requires.
pub(super) fn scheme(members: &str) -> String {
    document(&format!("securitySchemes: {{A: {{{members}}}}}"), "security: [{A: []}], responses: {}", "")
}

/// Security schemes, and after a slash the keys of the operation.
pub(super) fn schemes(text: &str) -> String {
    let (schemes, keys) = text.split_once(" / ").unwrap_or_default();
    document(&format!("securitySchemes: {{{schemes}}}"), &format!("{keys}, responses: {{}}"), "")
}

/// The security requirements of the operation, or an empty text.
pub(super) fn requires(list: &str) -> String {
    let key = if list.is_empty() { "x-b: 1".to_owned() } else { format!("x-b: 1, security: {list}") };
    let schemes_with = "A: {type: http, scheme: basic}, B: {type: http, scheme: bearer}, \
                        O: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {r: R., w: W.}}}}";
    schemes(&format!("{schemes_with} / {key}"))
}

/// The flows of the OAuth scheme that the operation requires.
pub(super) fn flows(members: &str) -> String {
    document(
        &format!("securitySchemes: {{O: {{type: oauth2, flows: {{{members}}}}}}}"),
        "security: [{O: [read]}], responses: {}",
        "",
    )
}

pub(super) const fn row(
    within: fn(&str) -> String,
    base: &'static str,
    revision: &'static str,
    forward: Expected,
    backward: Expected,
) -> Row {
    Row { within, base, revision, forward, backward }
}

/// Two texts with the same meaning.
pub(super) const fn same(within: fn(&str) -> String, base: &'static str, revision: &'static str) -> Row {
    row(within, base, revision, Expected::NoEffect, Expected::NoEffect)
}

/// Two texts with the same meaning that differ in one entry.
pub(super) const fn same_one(within: fn(&str) -> String, base: &'static str, revision: &'static str) -> Row {
    row(within, base, revision, Expected::One(Level::None), Expected::One(Level::None))
}

/// The edits between two snippets, each as one line.
pub(super) fn lines(within: fn(&str) -> String, base: &str, revision: &str) -> Vec<String> {
    let [base, revision] = [base, revision].map(|text| {
        Document::load("small", within(text).as_bytes())
            .unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
    });
    crate::tests::moves::lines(&compare(&base, &revision))
}

/// The result of a comparison, or how it differs from the expected one.
fn check(base: &str, revision: &str, expected: Expected) -> Result<(), String> {
    let load = |text: &str| {
        Document::load("small", text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
    };
    let diff = compare(&load(base), &load(revision));
    let mut levels: Vec<Level> = diff.edits.iter().map(crate::Edit::level).collect();
    levels.sort_by(|one, other| other.cmp(one));
    let is_expected = diff.unclassified.is_empty()
        && match expected {
            Expected::NoEffect => !levels.is_empty() && levels.iter().all(|level| *level == Level::None),
            Expected::One(level) => levels == [level],
            Expected::AtLeast(level) => levels.first().is_some_and(|first| *first >= level),
            Expected::Levels(expected) => levels == expected,
        };
    if is_expected {
        return Ok(());
    }
    let lines = crate::tests::moves::lines(&diff).join("; ");
    Err(format!("expected {expected:?}, found {lines} (unclassified: {})", diff.unclassified.len()))
}

pub(super) fn failures(rows: &[Row]) -> Vec<String> {
    let mut failures = Vec::new();
    for Row { within, base, revision, forward, backward, .. } in rows {
        let (before, after) = (within(base), within(revision));
        let results =
            [(check(&before, &after, *forward), "→"), (check(&after, &before, *backward), "←")].into_iter();
        let failed = results.filter_map(|(result, arrow)| Some((result.err()?, arrow)));
        failures.extend(failed.map(|(problem, arrow)| format!("{base} {arrow} {revision}\n    {problem}")));
    }
    failures
}
