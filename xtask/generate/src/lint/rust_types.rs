//! Checks the schemas with types that are not models: ids, and those of hand-written types.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Node, Report, Role, is_secret};

use super::Requirements;
use crate::rename::type_name;
use crate::rust_type::{IN_SDK, KEY};

static NOT_A_COMPONENT: Rule = Rule {
    id: "rust-type-not-a-component",
    message: "`x-rust-type` has no effect on a schema without a name",
    help: "move the schema to components/schemas, and refer to it",
};

static BAD_RUST_TYPE: Rule = Rule {
    id: "bad-rust-type",
    message: "`{found}` is neither the name of the id type nor the path of a type in the SDK",
    help: "write `x-rust-type: {name}` for an id, or a path such as `crate::{name}` for a type that is written by hand",
};

static NOT_IN_SDK: Rule = Rule {
    id: "rust-type-not-in-sdk",
    message: "the SDK has no type `{found}`",
    help: "correct the path, or write the type and re-export it in atlas-migration-sdk/src/lib.rs",
};

static ID_NAME_TAKEN: Rule = Rule {
    id: "id-name-taken",
    message: "the SDK has another item `{name}`",
    help: "rename the schema and its `x-rust-type`",
};

static ID_WITHOUT_TITLE: Rule = Rule {
    id: "id-without-title",
    message: "the id `{name}` has no `title`",
    help: "add the noun for messages, such as `title: organization id`",
};

static ID_NOT_TEXT: Rule = Rule {
    id: "id-not-text",
    message: "the id `{name}` has {found}",
    help: "write `type: string`, without `nullable` and not as a secret; where an id may be null, write `nullable: true` \
           and `allOf` with a reference",
};

pub(super) fn check(requirements: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.of_role(Role::Schema) {
        let Some(found) = node.text(KEY) else { continue };
        let name = type_name(node.name);
        let is_exported = |name: &str| requirements.wrapper.and_then(|wrapper| wrapper.exports(name));
        if !node.is_component {
            report.add(&node.at(KEY), NOT_A_COMPONENT.violation(&[]));
        } else if found == name {
            if is_exported(&name) == Some(true) {
                report.add(&node.path, ID_NAME_TAKEN.violation(&[("name", &name)]));
            }
            check_id(node, report);
        } else if !is_path(found) {
            report.add(&node.at(KEY), BAD_RUST_TYPE.violation(&[("found", &found), ("name", &name)]));
        } else if at_root(found).and_then(is_exported) == Some(false) {
            report.add(&node.at(KEY), NOT_IN_SDK.violation(&[("found", &found)]));
        }
    }
}

/// Whether the text is a path such as `crate::LinkToken`.
fn is_path(text: &str) -> bool {
    text.starts_with(IN_SDK) && syn::parse_str::<syn::Path>(text).is_ok_and(|path| path.segments.len() > 1)
}

/// The `LinkToken` in `crate::LinkToken`.
fn at_root(path: &str) -> Option<&str> {
    path.strip_prefix(IN_SDK).filter(|rest| !rest.contains("::"))
}

fn check_id(node: &Node<'_>, report: &mut Report<'_>) {
    let name = node.name;
    if node.text("title").is_none() {
        report.add(&node.path, ID_WITHOUT_TITLE.violation(&[("name", &name)]));
    }
    let found = match node.text("type") {
        _ if is_secret(node) => Some("`format: password`".to_owned()),
        _ if node.flag("nullable") => Some("`nullable: true`".to_owned()),
        Some("string") => None,
        Some(kind) => Some(format!("the type {kind}")),
        None => Some("no type".to_owned()),
    };
    if let Some(found) = found {
        report.add(&node.path, ID_NOT_TEXT.violation(&[("name", &name), ("found", &found)]));
    }
}
