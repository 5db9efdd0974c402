//! Checks the bodies of requests and responses: supported media types, each with a schema.

use serde_json::Value;

use super::keys::missing_key;
use super::{Context, Report};
use crate::Rule;
use crate::openapi::MediaType;
use crate::openapi::Role;

static MEDIA_TYPE_WITHOUT_SCHEMA: Rule =
    Rule { id: "media-type-without-schema", message: "`{media_type}` has no schema", help: "add `schema`" };

static BAD_MEDIA_TYPE: Rule = Rule {
    id: "bad-media-type",
    message: "the media type `{found}` is neither JSON nor versioned JSON",
    help: "write application/vnd.atlas.<date>+json or application/json",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.of_role(Role::MediaType) {
        if MediaType::read(node.name) == MediaType::Other {
            report.add(&node.path, BAD_MEDIA_TYPE.violation(&[("found", &node.name)]));
        }
        if node.value.is_object() && node.get("schema").is_none() {
            report.add(&node.path, MEDIA_TYPE_WITHOUT_SCHEMA.violation(&[("media_type", &node.name)]));
        }
    }
    let (bodies, responses) =
        (context.nodes.of_role(Role::RequestBody), context.nodes.of_role(Role::Response));
    for node in bodies.chain(responses) {
        let empty = node.get("content").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty);
        if empty {
            report.add(&node.at("content"), missing_key("content"));
        }
    }
}
