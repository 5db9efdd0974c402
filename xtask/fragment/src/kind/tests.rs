//! Files that are no OpenAPI 3.0 document, each named, and documents that are one.

use crate::Document;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      description: |
        Lists them.
      responses: {'200': {description: All., content: {application/json: {schema: {type: array, items: {}}}}}}
components:
  schemas: {Thing: {type: object}}
";

/// Expects one problem with this position, rule and message.
#[track_caller]
fn assert_refused(bytes: impl AsRef<[u8]>, at: &str, rule: &str, message: &str) {
    let problems = Document::load_openapi("f.yaml", bytes.as_ref()).expect_err("it is no OpenAPI document");
    let [problem] = &problems[..] else { panic!("{problems:#?}") };
    assert_eq!(problem.violation.rule.id, rule, "{problem}");
    assert_eq!(problem.position.to_string(), at, "{problem}");
    assert!(problem.violation.message().contains(message), "{problem}");
    assert!(!problem.violation.help().is_empty());
}

#[track_caller]
fn assert_loads(text: &str) {
    if let Err(problems) = Document::load_openapi("f.yaml", text.as_bytes()) {
        panic!("{problems:#?}");
    }
}

#[test]
fn documents() {
    assert_loads(DOCUMENT);
    assert_loads("{\"openapi\":\"3.0.1\",\"paths\":{}}");
    assert_loads("openapi: '3.0'\npaths: {}\n");
    assert_loads("openapi: 3.0.4-rc1\npaths: {x-more: 1}\n");
    // The texts of other files are no reason to refuse a document.
    let description = "<html>, version https://git-lfs.github.com/spec/v1, <<<<<<< HEAD";
    assert_loads(&DOCUMENT.replace("Lists them.", description));
    assert_loads(&format!("# <!DOCTYPE html>\n# =======\n{DOCUMENT}"));
    assert_loads(&DOCUMENT.replace("openapi: 3.0.3", "openapi: 3.0.3\nswagger: '2.0'\n$schema: x"));
}

#[test]
fn paths() {
    let with = |paths: &str| DOCUMENT.replace("paths:", paths);
    assert_refused(with("path:"), "1:1", "no-paths", "no `paths`, only `path`");
    assert_refused(with("Paths:"), "1:1", "no-paths", "no `paths`, only `Paths`");
    assert_refused(with("PATHS:"), "1:1", "no-paths", "no `paths`, only `PATHS`");
    assert_refused(with("p_aths:"), "1:1", "no-paths", "no `paths`, only `p_aths`");
    assert_refused(with("x-routes:"), "1:1", "no-paths", "no `paths`");
    assert_refused(with("webhooks:"), "1:1", "no-paths", "no `paths`");
    for (paths, found) in [
        ("", "nothing"),
        ("[]", "a list"),
        ("[{/things: {}}]", "a list"),
        ("text", "a string"),
        ("12", "a number"),
        ("{$ref: paths.yaml}", "a reference"),
    ] {
        let text = format!("openapi: 3.0.3\npaths: {paths}\n");
        assert_refused(text, "2:1", "paths-not-a-mapping", &format!("`paths` is {found}, not a mapping"));
    }
}

#[test]
fn other_versions_and_formats() {
    let with = |version: &str| DOCUMENT.replace("openapi: 3.0.3", version);
    for version in ["3.1.0", "3.1.1", "3.2.0", "3.00", "4.0.0", "2.0", "'30'", "v3.0.0", "''"] {
        let version = version.trim_matches('\'');
        let text = with(&format!("# The version\nopenapi: '{version}'"));
        assert_refused(text, "2:1", "not-openapi-3.0", &format!("OpenAPI `{version}`, not 3.0"));
    }
    for (version, found) in [("3.0", "a number"), ("3", "a number"), ("", "nothing"), ("{}", "a mapping")] {
        let message = format!("`openapi` is {found}, not a string");
        assert_refused(with(&format!("openapi: {version}")), "1:1", "version-not-a-string", &message);
    }
    for (version, format) in [
        ("swagger: '2.0'", "Swagger 2.0"),
        ("swagger: 2.0", "Swagger,"),
        ("swaggerVersion: '1.2'", "Swagger 1.2"),
        ("asyncapi: 2.6.0", "AsyncAPI 2.6.0"),
        ("arazzo: 1.0.1", "Arazzo 1.0.1"),
        ("overlay: 1.0.0", "OpenAPI Overlay 1.0.0"),
        ("$schema: https://json-schema.org/draft/2020-12/schema", "JSON Schema,"),
    ] {
        assert_refused(with(version), "1:1", "other-format", &format!("a document of {format}"));
    }
    assert_refused(with("openAPI: 3.0.3"), "1:1", "no-version", "no `openapi`, only `openAPI`");
    assert_refused(with("openap: 3.0.3"), "1:1", "no-version", "no `openapi`, only `openap`");
    assert_refused(with("apiVersion: v1\nkind: Pod"), "1:1", "no-version", "no `openapi`");
    assert_refused("{\"message\": \"Not Found\"}", "1:1", "no-version", "no OpenAPI document");
    assert_refused("{}", "1:1", "no-version", "no OpenAPI document");
}

#[test]
fn values_that_are_no_mapping() {
    for (text, found) in [("- a\n", "a list"), ("[]", "a list"), ("text only", "a string"), ("1", "a number")]
    {
        assert_refused(text, "1:1", "not-a-mapping", &format!("the document is {found}, not a mapping"));
    }
    assert_refused("---\n", "1:4", "not-a-mapping", "the document is nothing");
    assert_refused("", "1:1", "empty-file", "no document");
    assert_refused("\u{feff}\n \n# comment\n", "1:1", "empty-file", "no document");
}

#[test]
fn files_in_place_of_the_document() {
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
                   oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    assert_refused(pointer, "1:1", "git-lfs-pointer", "Git LFS");
    assert_refused(pointer.replace('\n', "\r\n"), "1:1", "git-lfs-pointer", "Git LFS");
    let extended = pointer.replace("oid", "ext-0-foo sha256:4d7a\noid");
    assert_refused(extended, "1:1", "git-lfs-pointer", "Git LFS");
    for target in ["../api/openapi.yaml", "openapi.json\n", "/srv/api", "..\\api\\openapi.yml", "a/b"] {
        assert_refused(target, "1:1", "link-target", "symbolic link");
    }
    for page in [
        "<!DOCTYPE html>\n<html><body>Sign in: now</body></html>\n",
        "\n<html lang=\"en\">\n",
        "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
        "<!-- comment -->",
        "<h1>404: Not found</h1>",
    ] {
        assert_refused(page, "1:1", "markup", "HTML or XML");
    }
    assert_refused(b"\x1f\x8b\x08\0\0", "1:1", "compressed", "compressed");
    assert_refused(b"PK\x03\x04\0", "1:1", "compressed", "compressed");
}

/// A conflict is named wherever it is: as git writes it, and when only a part of it was removed.
#[test]
fn conflict_markers() {
    let json =
        serde_json::to_string_pretty(&Document::load("f.yaml", DOCUMENT.as_bytes()).expect("valid").value)
            .expect("JSON");
    for text in [DOCUMENT, &json, &DOCUMENT.replace('\n', "\r\n")] {
        let lines: Vec<&str> = text.lines().collect();
        for start in 0..lines.len() {
            let (before, [line, after @ ..]) = lines.split_at(start) else { continue };
            let conflict = ["<<<<<<< HEAD", line, "||||||| 1a2b3c4", line, "=======", line, ">>>>>>> work"];
            let whole = [before, &conflict, after].concat().join("\n");
            assert_refused(whole, &format!("{}:1", start + 1), "conflict-marker", "conflict marker");
            for marker in ["<<<<<<< HEAD", "=======", ">>>>>>> work"] {
                let rest = [before, &[marker, line], after].concat().join("\n");
                assert_refused(rest, &format!("{}:1", start + 1), "conflict-marker", "conflict marker");
            }
        }
    }
}

/// Other problems of the loader are reported as they are.
#[test]
fn files_that_do_not_load() {
    assert_refused("openapi: 3.0.3\npaths: [", "2:8", "syntax", "not YAML");
    assert_refused(b"openapi: \xff", "1:10", "not-utf-8", "UTF-8");
    assert_refused("openapi: 3.0.3\npaths: {}\npaths: {}\n", "3:1", "duplicate-key", "paths");
}

/// A message quotes little of a file.
#[test]
fn messages_are_short() {
    for text in [
        format!("openapi: {}\n", "x".repeat(10_000)),
        format!("openapi: 3.0.3\n? {}\n: {{}}\n", "paths".repeat(10_000)),
    ] {
        let problems = Document::load_openapi("f.yaml", text.as_bytes()).expect_err("no document");
        let printed = problems[0].to_string();
        assert!(printed.len() < 300, "{printed}");
    }
}
