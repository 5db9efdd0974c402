//! Bodies, responses, versions, dates.

use super::*;

const V2023: &str = "application/vnd.atlas.2023-01-01+json:\n";

pub(super) fn cases() -> Vec<Case> {
    [bodies(), successes(), dates(), sunsets()].into_iter().flatten().collect()
}

/// The start of the response of the list, which cases replace.
const LIST: &str =
    "description: The things.\n          content:\n            application/vnd.atlas.2023-01-01+json:\n";

fn list(media_type: &str) -> String {
    LIST.replace("application/vnd.atlas.2023-01-01+json", media_type)
}

fn bodies() -> Vec<Case> {
    let bad = |found: &str| rule("bad-media-type", &[found]);
    let read_only = |name: &str| rule("read-only-in-request", &[name]);
    vec![
        changes(
            [
                (
                    "        application/json:\n          schema: {$ref: '#/components/schemas/Failure'}",
                    "        «application/json: {}",
                ),
                ("    Failure:\n      description: What", "    «Failure:\n      description: What"),
            ],
            [rule("media-type-without-schema", &["application/json"]), rule("unused", &["Failure"])],
        ),
        changes(
            [
                (
                    "        content:\n          application/vnd.atlas.2023-01-01+json:\n            x-sunset: '2027-07-01'\n            \
                     schema: {$ref: '#/components/schemas/ThingRequest'}\n          \
                     application/vnd.atlas.2024-05-30+json:\n            schema: {$ref: \
                     '#/components/schemas/ThingRequest'}",
                    "        «content: {}",
                ),
                ("    ThingRequest:", "    «ThingRequest:"),
                ("    Order:\n", "    «Order:\n"),
            ],
            [
                rule("missing-key", &["content"]),
                rule("unused", &["ThingRequest"]),
                rule("unused", &["Order"]),
            ],
        ),
        changes(
            [
                (
                    "      content:\n        application/json:\n          schema: {$ref: '#/components/schemas/Failure'}",
                    "      «content: {}",
                ),
                ("    Failure:\n      description: What", "    «Failure:\n      description: What"),
            ],
            [rule("missing-key", &["content"]), rule("unused", &["Failure"])],
        ),
        change("        application/json:", "        «application/xml:", [bad("application/xml")]),
        change(
            "        application/json:",
            "        «application/json; charset=utf-8:",
            [bad("application/json; charset=utf-8")],
        ),
        change("        application/json:", "        «multipart/form-data:", [bad("multipart/form-data")]),
        change(
            "          description: Its name.\n          type: string",
            "          description: Its name.\n          type: string\n          «readOnly: true",
            [read_only("name")],
        ),
        // Through a reference.
        change("example: 32b6e34b3d91647abb20e7b8", "«readOnly: true", [read_only("ThingId")]),
        // Not part of a request.
        change(
            "          description: In words.",
            "          description: In words.\n          readOnly: true",
            [],
        ),
    ]
}

fn successes() -> Vec<Case> {
    let different = || rule("different-successes", &["200"]);
    let created = "        '201':\n          description: The new thing.\n          headers:\n            Left: {$ref: \
                   '#/components/headers/Left'}\n          content:\n            \
                   application/vnd.atlas.2024-05-30+json:\n              schema: {$ref: '#/components/schemas/Thing'}";
    let headers = "        «'201':\n          description: It is new.\n          headers:\n            Left: {$ref: \
                   '#/components/headers/Left'}\n";
    vec![
        change(
            created,
            &created.replace("'201'", "«'201'").replace("schemas/Thing", "schemas/State"),
            [different()],
        ),
        change(created, &format!("{headers}          x-empty-versions: ['2024-05-30']"), [different()]),
        // Another version may have another type.
        change(
            created,
            &created.replace("2024-05-30", "2025-01-01").replace("schemas/Thing", "schemas/State"),
            [],
        ),
        change(
            &format!("'200':\n          {LIST}"),
            &format!("«'200':\n          {}", list("application/json")),
            [rule("response-without-version", &[])],
        ),
        changes(
            [("'204'", "«'204'"), ("          x-empty-versions: ['2023-01-01']\n", "")],
            [rule("response-without-version", &[])],
        ),
        change(
            LIST,
            &LIST.replace(
                "          content",
                "          «x-empty-versions: ['2023-01-01']\n          content",
            ),
            [rule("empty-versions-with-content", &[])],
        ),
        change(
            &format!("{V2023}            x-sunset"),
            &format!(
                "{}            x-sunset",
                V2023.replace("application/vnd.atlas.2023-01-01", "«application/vnd.atlas.2023-02-01")
            ),
            [rule("request-version-without-response", &["2023-02-01"])],
        ),
    ]
}

fn dates() -> Vec<Case> {
    let bad = |found: &str| rule("bad-date", &[found]);
    vec![
        change(LIST, &list("«application/vnd.atlas.2023-02-29+json"), [bad("2023-02-29")]),
        change(LIST, &list("«application/vnd.atlas.upcoming+json"), [bad("upcoming")]),
        change(LIST, &list("«application/vnd.atlas.preview+json"), [rule("preview-version", &[])]),
        change(
            "          application/vnd.atlas.2023-01-01+json:\n            x-sunset",
            "          «application/vnd.atlas.preview+json:\n            x-sunset",
            [rule("preview-version", &[])],
        ),
        change("x-sunset: '2027-07-01'", "«x-sunset: '2027-06-31'", [bad("2027-06-31")]),
        change(
            "x-empty-versions: ['2023-01-01']",
            "x-empty-versions: ['2023-01-01', «'2023-1-1', «preview]",
            [bad("2023-1-1"), rule("preview-version", &[])],
        ),
        changes(
            [
                ("x-sunset: '2027-07-01'", "«x-sunset: '2023-01-01'"),
                ("              x-sunset: 2027-07-01", "              «x-sunset: 2023-01-01"),
            ],
            [0, 1].map(|_| rule("sunset-before-version", &["2023-01-01", "2023-01-01"])),
        ),
        // An unquoted date is a string too, because this is YAML 1.2.
        change("x-sunset: '2027-07-01'", "x-sunset: 2027-07-01", []),
    ]
}

fn sunsets() -> Vec<Case> {
    let different = |sunset: Option<&str>, other: Option<&str>, part: &str| {
        let end =
            |sunset: Option<&str>| sunset.map_or("has no end".to_owned(), |day| format!("ends on {day}"));
        rule("different-sunsets", &["2023-01-01", &end(sunset), &end(other), part])
    };
    let request = "            x-sunset: '2027-07-01'\n";
    let response = "            application/vnd.atlas.2023-01-01+json:\n              x-sunset: 2027-07-01\n";
    let without = "            «application/vnd.atlas.2023-01-01+json:\n";
    let (of_request, day) = ("the request", Some("2027-07-01"));
    vec![
        change(response, without, [different(None, day, of_request)]),
        change(
            response,
            &response.replace("x-sunset: 2027-07-01", "«x-sunset: 2028-07-01"),
            [different(Some("2028-07-01"), day, of_request)],
        ),
        changes(
            [(request, ""), (response, &response.replace("x-sunset", "«x-sunset"))],
            [different(day, None, of_request)],
        ),
        changes(
            [(request, ""), (response, &response.replace("              x-sunset: 2027-07-01\n", ""))],
            [],
        ),
        // In the second success response; and between a success and an error response.
        changes(
            [(
                "            application/vnd.atlas.2024-05-30+json:\n              schema: {$ref: '#/components/schemas/Thing'}\n        '400'",
                &format!(
                    "{without}              schema: {{$ref: '#/components/schemas/Thing'}}\n        '400'"
                ),
            )],
            [different(None, day, of_request)],
        ),
        changes(
            [
                (LIST, &format!("{LIST}              x-sunset: 2027-07-01\n")),
                (
                    "        '400': {$ref: '#/components/responses/Failure'}\n  /things/{thingId}",
                    &format!(
                        "        '400':\n          description: No.\n          content:\n{without}              schema: {{}}\n  \
                         /things/{{thingId}}"
                    ),
                ),
            ],
            [different(None, day, "the response `200`")],
        ),
    ]
}
