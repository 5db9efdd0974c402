//! Request bodies, responses, headers, media types.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::side_with;
use super::{Change, Context, Walker, describe, with_trail};
use crate::Side;
use crate::{Direction, MessagePart};
use openapi_fragment::openapi::version_label;

impl<'a> Walker<'_, 'a> {
    pub(super) fn request_body(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = &context.toward(Direction::Request, MessagePart::Body);
        let delta = self.delta(id);
        if delta.kind != Kind::Inner {
            let node = delta.value();
            let node = self
                .comparison
                .renames
                .resolve(node, delta.only_side().unwrap_or(Side::Revision))
                .map_or(node, |(_, node)| node);
            let required = node.get("required") == Some(&Value::Bool(true));
            let (change, detail) = match (delta.kind, required) {
                (Kind::Added, true) => (Change::RequiredBodyAdded, "+ body, required"),
                (Kind::Added, false) => (Change::BodyAdded, "+ body, optional"),
                (_, true) => (Change::RequiredBodyRemoved, "− body"),
                (_, false) => (Change::BodyRemoved, "− body"),
            };
            self.edit(change, id, context, with_trail(context, detail));
            return;
        }
        if self.reference(id, context) {
            return;
        }
        for child in self.children(id) {
            match self.delta(child).key() {
                "required" => {
                    let changes = [Change::BodyBecameRequired, Change::BodyBecameOptional];
                    let context = context.inside("body");
                    self.flag(child, changes, "required", &Context { whole: true, ..context });
                }
                "content" => self.content(child, context),
                _ => {}
            }
        }
        self.common_keys(id, context);
    }

    /// The media types of a body.
    pub(super) fn content(&mut self, id: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        if delta.kind != Kind::Inner {
            let types = delta.value().as_object();
            for media_type in types.into_iter().flat_map(|types| types.keys()) {
                self.one_sided_media_type(id, media_type, context);
            }
            if types.is_none_or(serde_json::Map::is_empty) {
                self.edit(Change::ExtensionChanged, id, context, with_trail(context, "empty content"));
            }
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            match delta.kind {
                Kind::Inner => {
                    self.claim_name(child);
                    self.media_type(child, &versioned(context, delta.key()));
                }
                _ => self.one_sided_media_type(child, delta.key(), context),
            }
        }
    }

    /// Claims a difference between two spellings of a name that is case-insensitive.
    fn claim_name(&mut self, id: DeltaId) {
        if let Some(name) = self.name_change(id) {
            self.claim(name);
        }
    }

    fn one_sided_media_type(&mut self, id: DeltaId, media_type: &str, context: &Context<'a>) {
        let (change, sign) = match self.delta(id).kind {
            Kind::Removed => (Change::MediaTypeRemoved, '−'),
            _ => (Change::MediaTypeAdded, '+'),
        };
        let version = version_label(media_type);
        let detail = if version == media_type {
            format!("{sign} media type {media_type}")
        } else {
            format!("{sign} version {version}")
        };
        let context = versioned(context, media_type);
        self.edit(change, id, &context, with_trail(&context, detail));
    }

    fn media_type(&mut self, id: DeltaId, context: &Context<'a>) {
        for child in self.children(id) {
            let delta = self.delta(child);
            match delta.key() {
                "schema" => self.schema_or_whole(child, context),
                "encoding" => {
                    self.edit(
                        Change::EncodingChanged,
                        child,
                        context,
                        with_trail(context, "encoding changed"),
                    );
                }
                "x-sunset" => {
                    let sooner =
                        match (delta.before().and_then(Value::as_str), delta.after().and_then(Value::as_str))
                        {
                            (Some(before), Some(after)) => after < before,
                            (before, _) => before.is_none(),
                        };
                    let change = if sooner { Change::SunsetEarlier } else { Change::SunsetLater };
                    let version = context.version.as_deref().unwrap_or_default();
                    let detail = describe(context, &format!("{version}: x-sunset"), delta);
                    self.edit(change, child, context, detail);
                }
                _ => {}
            }
        }
        self.common_keys(id, context);
    }

    pub(super) fn responses(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = context.toward(Direction::Response, MessagePart::Body);
        if self.delta(id).kind != Kind::Inner {
            let statuses = self.delta(id).value().as_object();
            for status in statuses.into_iter().flat_map(|statuses| statuses.keys()) {
                self.one_sided_response(id, status, &context);
            }
            if statuses.is_none_or(serde_json::Map::is_empty) {
                self.edit(Change::ExtensionChanged, id, &context, "empty responses");
            }
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let status = delta.key();
            match delta.kind {
                _ if status.starts_with("x-") => {}
                Kind::Inner => {
                    if let Some(mark) = self.name_change(child) {
                        let change = match status.starts_with('2') {
                            true => Change::SuccessChanged,
                            false => Change::ErrorStatusChanged,
                        };
                        let detail =
                            with_trail(&context, format_args!("response {status} → {}", delta.new_key()));
                        self.edit(change, mark, &context, detail);
                    }
                    let context = Context { whole: true, ..context.inside(delta.new_key()) };
                    self.response(child, &context);
                }
                _ => self.one_sided_response(child, status, &context),
            }
        }
        self.common_keys(id, &context);
    }

    fn one_sided_response(&mut self, id: DeltaId, status: &str, context: &Context<'a>) {
        let added = self.delta(id).kind != Kind::Removed;
        let change = match (status.starts_with('2'), added) {
            (true, true) => Change::SuccessAdded,
            (true, false) => Change::SuccessRemoved,
            (false, true) => Change::ErrorStatusAdded,
            (false, false) => Change::ErrorStatusRemoved,
        };
        let sign = if added { '+' } else { '−' };
        self.edit(change, id, context, with_trail(context, format_args!("{sign} response {status}")));
    }

    pub(super) fn response(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = &context.toward(Direction::Response, MessagePart::Body);
        if self.reference(id, context) {
            return;
        }
        for child in self.children(id) {
            match self.delta(child).key() {
                "content" => self.content(child, context),
                "headers" => self.headers(child, context),
                "x-empty-versions" => {
                    let changes = [Change::EmptyVersionAdded, Change::EmptyVersionRemoved];
                    self.set(child, context, changes, "version without a body");
                }
                "links" => self.links(child, context),
                _ => {}
            }
        }
        self.common_keys(id, context);
    }

    fn headers(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = context.toward(Direction::Response, MessagePart::Header);
        if self.delta(id).kind != Kind::Inner {
            let headers = self.delta(id).value().as_object();
            for (name, header) in headers.into_iter().flatten() {
                self.one_sided_header(id, name, header, &context);
            }
            if headers.is_none_or(serde_json::Map::is_empty) {
                self.edit(Change::ExtensionChanged, id, &context, with_trail(&context, "empty headers"));
            }
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            match delta.kind {
                Kind::Inner => {
                    self.claim_name(child);
                    let context = Context { whole: true, ..context.inside(delta.key()) };
                    self.header(child, &context);
                }
                _ => self.one_sided_header(child, delta.key(), delta.value(), &context),
            }
        }
    }

    fn one_sided_header(&mut self, id: DeltaId, name: &str, node: &'a Value, context: &Context<'a>) {
        let added = self.delta(id).kind != Kind::Removed;
        let node = self.comparison.renames.resolve(node, side_with(added)).map_or(node, |(_, node)| node);
        let required = node.get("required") == Some(&Value::Bool(true));
        let change = match (added, required) {
            (true, true) => Change::RequiredHeaderAdded,
            (true, false) => Change::HeaderAdded,
            (false, true) => Change::RequiredHeaderRemoved,
            (false, false) => Change::HeaderRemoved,
        };
        let sign = if added { '+' } else { '−' };
        let detail = with_trail(context, format_args!("{sign} header {name}"));
        self.edit(change, id, &context.of_part(node), detail);
    }

    pub(super) fn header(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = &context.toward(Direction::Response, MessagePart::Header);
        if self.reference(id, context) {
            return;
        }
        let deprecated = context.deprecated || self.has_flag(id, "deprecated").base;
        let context = &Context { deprecated, ..context.clone() };
        for child in self.children(id) {
            let delta = self.delta(child);
            match delta.key() {
                "required" => {
                    let changes = [Change::HeaderBecameRequired, Change::HeaderBecameOptional];
                    self.flag(child, changes, "required", context);
                }
                "deprecated" => self.deprecated(child, context),
                "schema" => self.schema_or_whole(child, context),
                "style" | "explode" => {
                    self.edit(Change::EncodingChanged, child, context, describe(context, delta.key(), delta));
                }
                "content" => self.content(child, context),
                _ => {}
            }
        }
        self.common_keys(id, context);
    }
}

fn versioned<'a>(context: &Context<'a>, media_type: &str) -> Context<'a> {
    Context { version: Some(version_label(media_type).into()), ..context.clone() }
}
