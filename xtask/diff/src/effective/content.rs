//! Media types, encodings of forms, and headers that OpenAPI ignores.

use serde_json::{Map, Value};

use super::Builder;
use super::origins::member;
use crate::http::{canonical_media_type, ranges_of_media_type};
use openapi_fragment::openapi::Role;

/// Headers of a response or of a part of a form that OpenAPI ignores, because the media types describe them.
pub(super) fn is_ignored_header(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-type")
}

impl Builder<'_> {
    /// The media types with one spelling. Media types with another spelling and another content stay as they are.
    pub(super) fn spell_media_types(&mut self, content: Map<String, Value>, at: &str) -> Map<String, Value> {
        let is_canonical = |name: &String| canonical_media_type(name) == *name;
        let (mut spelled, others): (Map<_, _>, Map<_, _>) =
            content.into_iter().partition(|(name, _)| is_canonical(name));
        for (name, media_type) in others {
            let canonical = canonical_media_type(&name);
            match spelled.get(&canonical) {
                None => {
                    self.origins.copy(&member(at, &name), &member(at, &canonical), None);
                    spelled.insert(canonical, media_type);
                }
                Some(known) if *known == media_type => {}
                Some(_) => {
                    spelled.insert(name, media_type);
                }
            }
        }
        spelled
    }

    /// Removes what OpenAPI ignores of the encodings of a body, and content types that are the default.
    pub(super) fn simplify_encodings(&mut self, role: Role, holder: &mut Map<String, Value>, at: &str) {
        let Some(Value::Object(content)) = holder.get_mut("content") else { return };
        for (name, media_type) in content {
            let schema = media_type.get("schema").cloned();
            let Value::Object(media_type) = media_type else { continue };
            let Some(Value::Object(encodings)) = media_type.get_mut("encoding") else { continue };
            let applies = role == Role::RequestBody && may_be_form(name);
            encodings.retain(|property, encoding| {
                let Value::Object(encoding) = encoding else { return true };
                let schema = schema.as_ref().and_then(|schema| self.property(schema, property, at));
                self.simplify_encoding(name, encoding, schema.as_ref(), at);
                applies && !encoding.is_empty()
            });
            if encodings.is_empty() {
                media_type.shift_remove("encoding");
            }
        }
    }

    fn simplify_encoding(
        &mut self,
        media_type: &str,
        encoding: &mut Map<String, Value>,
        property: Option<&Map<String, Value>>,
        at: &str,
    ) {
        let ignored: &[&str] = match media_type {
            name if name.starts_with("multipart/") => &["style", "explode", "allowReserved"],
            name if name.starts_with("application/x-www-form-urlencoded") => &["headers"],
            _ => &[],
        };
        encoding.retain(|key, _| !ignored.contains(&key.as_str()));
        let is_list = |kind: &Value| kind == "array" || kind == "object";
        if property.and_then(|property| property.get("type")).is_some_and(|kind| !is_list(kind)) {
            encoding.shift_remove("explode");
        }
        let Some(Value::String(types)) = encoding.get_mut("contentType") else { return };
        let spelled: Vec<String> = types.split(',').map(canonical_media_type).collect();
        *types = spelled.join(", ");
        let default = property.and_then(|property| self.default_content_type(property, at));
        if default == Some(types.as_str()) {
            encoding.shift_remove("contentType");
        }
    }

    /// The schema of a property of a form.
    fn property(&mut self, schema: &Value, name: &str, at: &str) -> Option<Map<String, Value>> {
        let form = self.content_of(schema, at)?.clone();
        self.content_of(form.get("properties")?.get(name)?, at).cloned()
    }

    /// The content type of a property of a form without a `contentType`.
    fn default_content_type(&mut self, property: &Map<String, Value>, at: &str) -> Option<&'static str> {
        match property.get("type")?.as_str()? {
            "object" => Some("application/json"),
            "string" if property.get("format").is_some_and(|format| format == "binary") => {
                Some("application/octet-stream")
            }
            "array" => {
                let items = self.content_of(property.get("items")?, at)?.clone();
                if items.get("type")? == "array" { None } else { self.default_content_type(&items, at) }
            }
            _ => Some("text/plain"),
        }
    }
}

/// Whether a media type is one with encodings, or a range that covers such a media type.
fn may_be_form(media_type: &str) -> bool {
    let is_form = ["multipart/", "application/x-www-form-urlencoded"];
    is_form.iter().any(|form| {
        media_type.starts_with(form) || ranges_of_media_type(form).iter().any(|range| range == media_type)
    })
}
