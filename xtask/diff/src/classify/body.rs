//! Request bodies and media types.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, describe, with_trail};
use crate::Side;
use crate::http::ranges_of_media_type;
use crate::{Direction, MessagePart};
use openapi_fragment::openapi::version_label;

impl<'a> Walker<'_, 'a> {
    pub(super) fn request_body(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = &context.toward(Direction::Request, MessagePart::Body);
        let delta = self.delta(id);
        if delta.kind != Kind::Inner {
            let node = self.resolved(delta.value(), delta.only_side().unwrap_or(Side::Revision));
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
                    let (old, new) = (delta.key(), delta.new_key());
                    let is_wider = ranges_of_media_type(old).iter().any(|range| range == new);
                    let context = versioned(context, if is_wider { old } else { new });
                    if let Some(name) = self.name_change(child) {
                        let changes = [Change::MediaTypeWidened, Change::MediaTypeNarrowed];
                        let range = if is_wider { new } else { old };
                        let detail = format!("media type {old} → {new}");
                        self.range(id, name, range, changes[usize::from(!is_wider)], &context, detail);
                    }
                    self.media_type(child, &context);
                }
                _ => self.one_sided_media_type(child, delta.key(), context),
            }
        }
    }

    /// What a range covers is compared with the range. Where both documents have the range, that is all.
    pub(super) fn range(
        &mut self,
        around: DeltaId,
        name: DeltaId,
        range: &str,
        change: Change,
        context: &Context<'a>,
        detail: String,
    ) {
        if self.both(around, range).both().is_some() {
            self.claim(name);
        } else {
            self.edit(change, name, context, with_trail(context, detail));
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
}

fn versioned<'a>(context: &Context<'a>, media_type: &str) -> Context<'a> {
    Context { version: Some(version_label(media_type).into()), ..context.clone() }
}
