//! Responses and their headers.

use serde_json::{Map, Value};

use super::super::delta::{DeltaId, Kind};
use super::side_with;
use super::{Change, Context, Walker, describe, with_trail};
use crate::http::{is_success, ranges_of_status};
use crate::{Direction, MessagePart};

impl<'a> Walker<'_, 'a> {
    pub(super) fn responses(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = context.toward(Direction::Response, MessagePart::Body);
        if self.delta(id).kind != Kind::Inner {
            let statuses = self.delta(id).value().as_object();
            for status in statuses.into_iter().flat_map(|statuses| statuses.keys()) {
                self.one_sided_response(id, status, None, &context);
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
                    let new = delta.new_key();
                    let is_covered = ranges_of_status(status).iter().any(|range| range == new);
                    if let Some(name) = self.name_change(child) {
                        self.status_changed(id, name, [status, new], &context);
                    }
                    let status = if is_covered { status } else { new };
                    self.response(child, &Context { whole: true, ..context.inside(status) });
                }
                _ => {
                    let other = self.delta(id).values();
                    let other = if delta.kind == Kind::Removed { other.revision } else { other.base };
                    self.one_sided_response(child, status, other, &context);
                }
            }
        }
        self.common_keys(id, &context);
    }

    /// A status that became another one, or that a range of the other document covers.
    fn status_changed(
        &mut self,
        responses: DeltaId,
        name: DeltaId,
        [old, new]: [&str; 2],
        context: &Context<'a>,
    ) {
        let covers = |range: &str, status| ranges_of_status(status).iter().any(|known| known == range);
        let (is_widened, is_narrowed) = (covers(new, old), covers(old, new));
        let change = match is_success(old) || is_success(new) {
            true if is_widened => Change::SuccessWidened,
            true if is_narrowed => Change::SuccessNarrowed,
            true => Change::SuccessChanged,
            false => Change::ErrorStatusChanged,
        };
        let range = if is_narrowed { old } else { new };
        self.range(responses, name, range, change, context, format!("response {old} → {new}"));
    }

    /// A response that only one document has. `other` are the responses of the other one.
    fn one_sided_response(
        &mut self,
        id: DeltaId,
        status: &str,
        other: Option<&Value>,
        context: &Context<'a>,
    ) {
        let added = self.delta(id).kind != Kind::Removed;
        let mut others = other.and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let is_range_beside = status == "2XX" && others.any(|status| is_success(status));
        let change = match (is_success(status), added) {
            (true, true) if is_range_beside => Change::SuccessWidened,
            (true, false) if is_range_beside => Change::SuccessNarrowed,
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
                    // The names of headers are case-insensitive.
                    if let Some(name) = self.name_change(child) {
                        self.claim(name);
                    }
                    let context = Context { whole: true, ..context.inside(delta.key()) };
                    self.header(child, &context);
                }
                _ => self.one_sided_header(child, delta.key(), delta.value(), &context),
            }
        }
    }

    fn one_sided_header(&mut self, id: DeltaId, name: &str, node: &'a Value, context: &Context<'a>) {
        let added = self.delta(id).kind != Kind::Removed;
        let node = self.resolved(node, side_with(added));
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
