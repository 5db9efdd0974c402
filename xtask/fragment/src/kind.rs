//! Recognizes files that are no OpenAPI 3.0 document, so that a command names what it was given.
//!
//! A comparison of such a file with anything finds no operation, which looks like a result.

use serde_json::{Map, Value};

use crate::{Position, Rule, Violation};

static GIT_LFS_POINTER: Rule = Rule {
    id: "git-lfs-pointer",
    message: "this is a pointer of Git LFS, not the document",
    help: "fetch the document: git lfs pull (with actions/checkout: lfs: true)",
};

static LINK_TARGET: Rule = Rule {
    id: "link-target",
    message: "this is only a path, like the content of a symbolic link in git",
    help: "give the file that the link points to",
};

static CONFLICT_MARKER: Rule = Rule {
    id: "conflict-marker",
    message: "this is a conflict marker of a merge",
    help: "resolve the conflict, and remove the markers",
};

static MARKUP: Rule = Rule {
    id: "markup",
    message: "this is HTML or XML, not YAML or JSON",
    help: "give the document itself; if it was downloaded, this may be the page of an error or of a login",
};

static COMPRESSED: Rule =
    Rule { id: "compressed", message: "the file is compressed", help: "unpack it, and give the document" };

static NOT_A_MAPPING: Rule = Rule {
    id: "not-a-mapping",
    message: "the document is {found}, not a mapping",
    help: "give an OpenAPI 3.0 document: a mapping with `openapi`, `info` and `paths`",
};

static OTHER_FORMAT: Rule = Rule {
    id: "other-format",
    message: "this is a document of {format}, not of OpenAPI 3.0",
    help: "convert it to OpenAPI 3.0, or give another file",
};

static NO_VERSION: Rule = Rule {
    id: "no-version",
    message: "this is no OpenAPI document: it has no `openapi`{similar}",
    help: "give an OpenAPI 3.0 document, which has `openapi: 3.0.3` or a similar version",
};

static VERSION_NOT_A_STRING: Rule = Rule {
    id: "version-not-a-string",
    message: "`openapi` is {found}, not a string",
    help: "write the whole version: `openapi: 3.0.3`",
};

/// The rule for other versions of OpenAPI, which lint has too.
pub(crate) static NOT_OPENAPI_3_0: Rule = Rule {
    id: "not-openapi-3.0",
    message: "OpenAPI `{found}`, not 3.0",
    help: "convert the document to OpenAPI 3.0 (`openapi: 3.0.3`); no other version is supported",
};

static NO_PATHS: Rule = Rule {
    id: "no-paths",
    message: "the document has no `paths`{similar}",
    help: "correct the spelling, or restore `paths`; a document without operations has `paths: {}`",
};

static PATHS_NOT_A_MAPPING: Rule = Rule {
    id: "paths-not-a-mapping",
    message: "`paths` is {found}, not a mapping",
    help: "write the paths with their operations into this document; without operations, write `paths: {}`",
};

/// The keys by which other formats are recognized. Their values are versions, except for the last one.
const OTHER_FORMATS: &[(&str, &str)] = &[
    ("swagger", "Swagger"),
    ("swaggerVersion", "Swagger"),
    ("asyncapi", "AsyncAPI"),
    ("arazzo", "Arazzo"),
    ("overlay", "OpenAPI Overlay"),
    ("$schema", "JSON Schema"),
];

/// The first lines of pointers of Git LFS, in its current version and in early ones.
const GIT_LFS: &[&str] =
    &["version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/"];

/// What the bytes of a file are, if they are recognized as something else than YAML or JSON. Only for files that are no
/// OpenAPI document: such a document may contain any of these texts.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<(Position, Violation)> {
    if bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"PK\x03\x04") {
        return Some((Position::START, COMPRESSED.violation(&[])));
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}');
    let rule = match text.trim() {
        text if GIT_LFS.iter().any(|start| text.starts_with(start)) => &GIT_LFS_POINTER,
        text if is_markup(text) => &MARKUP,
        text if is_path(text) => &LINK_TARGET,
        _ => return None,
    };
    Some((Position::START, rule.violation(&[])))
}

/// The first conflict marker of a merge. For all files: in JSON, and in flow collections of YAML, a marker may load as the
/// start of a key.
pub(crate) fn conflict_marker(bytes: &[u8]) -> Option<(Position, Violation)> {
    let line = bytes.split(|byte| *byte == b'\n').position(is_conflict_marker)?;
    Some((Position { line: line + 1, column: 1 }, CONFLICT_MARKER.violation(&[])))
}

fn is_conflict_marker(line: &[u8]) -> bool {
    let is_marker =
        |sign: &[u8]| line.starts_with(sign) && matches!(line.get(sign.len()), None | Some(b' ' | b'\r'));
    [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"].into_iter().any(|sign| is_marker(sign))
}

fn is_markup(text: &str) -> bool {
    let name = text.strip_prefix('<').map(|text| text.strip_prefix(['!', '?']).unwrap_or(text));
    name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '-'))
}

/// Whether the text can be the target of a link to a document.
fn is_path(text: &str) -> bool {
    let is_document = [".yaml", ".yml", ".json"].into_iter().any(|end| text.ends_with(end));
    (is_document || text.contains('/'))
        && !text.contains(|c: char| c.is_whitespace() || "{}[]\":,".contains(c))
}

/// The reason why this is no OpenAPI 3.0 document, and the key of the root that it is about, if any.
pub(crate) fn check(value: &Value) -> Result<(), (Option<&'static str>, Violation)> {
    let Value::Object(root) = value else {
        return Err((None, NOT_A_MAPPING.violation(&[("found", &kind_name(value))])));
    };
    check_version(root)?;
    match root.get("paths") {
        Some(Value::Object(paths)) if !paths.contains_key("$ref") => Ok(()),
        Some(Value::Object(_)) => {
            Err((Some("paths"), PATHS_NOT_A_MAPPING.violation(&[("found", &"a reference")])))
        }
        Some(other) => Err((Some("paths"), PATHS_NOT_A_MAPPING.violation(&[("found", &kind_name(other))]))),
        None => Err((None, NO_PATHS.violation(&[("similar", &similar(root, "paths"))]))),
    }
}

fn check_version(root: &Map<String, Value>) -> Result<(), (Option<&'static str>, Violation)> {
    let key = Some("openapi");
    match root.get("openapi") {
        Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => Ok(()),
        Some(Value::String(version)) => {
            Err((key, NOT_OPENAPI_3_0.violation(&[("found", &shortened(version))])))
        }
        Some(other) => Err((key, VERSION_NOT_A_STRING.violation(&[("found", &kind_name(other))]))),
        None => {
            let found = OTHER_FORMATS.iter().find(|(key, _)| root.contains_key(*key));
            let Some((key, format)) = found else {
                return Err((None, NO_VERSION.violation(&[("similar", &similar(root, "openapi"))])));
            };
            let version = root.get(*key).and_then(Value::as_str).filter(|_| *key != "$schema");
            let version = version.map_or_else(String::new, |version| format!(" {}", shortened(version)));
            Err((Some(key), OTHER_FORMAT.violation(&[("format", &format!("{format}{version}"))])))
        }
    }
}

/// A version for a message. The document may have any text in its place.
fn shortened(version: &str) -> String {
    const MAX_CHARS: usize = 20;
    version.chars().take(MAX_CHARS).collect()
}

/// A key that is probably a misspelling of this one, as an addition to a message.
fn similar(root: &Map<String, Value>, key: &str) -> String {
    const MAX_DISTANCE: usize = 2;
    let distance = |other: &str| strsim::osa_distance(&other.to_lowercase(), key);
    // Longer keys are not similar, and comparing them takes long.
    let candidates = root.keys().filter(|other| other.len() <= 2 * key.len());
    let nearest = candidates.map(|other| (distance(other), other)).min();
    match nearest {
        Some((distance, other)) if distance <= MAX_DISTANCE => format!(", only `{other}`"),
        _ => String::new(),
    }
}

/// The kind of a value in the terms of YAML.
pub(crate) fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests;
