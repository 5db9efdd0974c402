//! Files that are no OpenAPI 3.0 document, which are refused before any other check. `openapi-fragment` has more tests
//! of its own.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        file(
            "«version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 1\n",
            [rule("git-lfs-pointer", &[])],
        ),
        file("«../openapi.yaml", [rule("link-target", &[])]),
        change("  /things:", "«=======\n  /things:", [rule("conflict-marker", &[])]),
        file("«<!DOCTYPE html>\n<html></html>\n", [rule("markup", &[])]),
        file("«\u{50}K\u{3}\u{4}", [rule("compressed", &[])]),
        file("«- a\n", [rule("not-a-mapping", &["a list"])]),
        change("openapi: 3.0.3", "«swagger: '2.0'", [rule("other-format", &["Swagger 2.0"])]),
        changes([("openapi: 3.0.3\n", ""), ("info: {", "«info: {")], [rule("no-version", &[""])]),
        file("«openAPI: 3.0.3\npaths: {}\n", [rule("no-version", &[", only `openAPI`"])]),
        change("openapi: 3.0.3", "«openapi: 3.0", [rule("version-not-a-string", &["a number"])]),
        file("«openapi: 3.0.3\npath: {}\n", [rule("no-paths", &[", only `path`"])]),
        file("openapi: 3.0.3\n«paths: []\n", [rule("paths-not-a-mapping", &["a list"])]),
    ]
}
