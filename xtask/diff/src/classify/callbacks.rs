//! Callbacks, webhooks and links.
//!
//! In a callback, the server sends the request and the client the response. The walk is the same as for any operation:
//! [`Context::toward`] reverses the directions.

use std::sync::Arc;

use super::super::delta::{DeltaId, Kind};
use super::super::reach::callback_operation;
use super::{Change, Context, EditedNode, Scope, Walker, describe, document_context, with_trail};
use crate::{NodeKind, ReachedOperation};
use openapi_fragment::openapi::METHODS;

/// The changes for a callback or a webhook that was added, removed or renamed.
#[derive(Clone, Copy)]
struct CallChanges {
    added: Change,
    removed: Change,
    renamed: Change,
}

const CALLBACK: CallChanges = CallChanges {
    added: Change::CallbackAdded,
    removed: Change::CallbackRemoved,
    renamed: Change::CallbackMoved,
};
const WEBHOOK: CallChanges = CallChanges {
    added: Change::WebhookAdded,
    removed: Change::WebhookRemoved,
    renamed: Change::CallbackRenamed,
};

impl<'a> Walker<'_, 'a> {
    /// The callbacks of an operation, by name.
    pub(super) fn callbacks(&mut self, id: DeltaId, context: &Context<'a>) {
        if self.delta(id).kind != Kind::Inner {
            self.one_sided_calls(id, CALLBACK, context);
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let name = delta.new_key();
            if delta.kind != Kind::Inner {
                self.one_sided_call(child, CALLBACK, context, &format!("callback {name}"));
                continue;
            }
            if let Some(mark) = self.name_change(child) {
                let detail = with_trail(context, format_args!("callback {} → {name}", delta.key()));
                self.edit(Change::CallbackRenamed, mark, context, detail);
            }
            let inner = Context {
                trail: format!("callback {name}"),
                is_callback: !context.is_callback,
                ..context.clone()
            };
            self.callback(child, &inner);
        }
    }

    /// One callback, by its URL expressions.
    pub(super) fn callback(&mut self, id: DeltaId, context: &Context<'a>) {
        if self.reference(id, context) {
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let address = delta.new_key();
            match delta.kind {
                Kind::Name => {}
                _ if address.starts_with("x-") || address == "$ref" => {}
                Kind::Inner => self.called_item(child, CALLBACK, context),
                _ => self.one_sided_call(child, CALLBACK, context, &format!("URL {address}")),
            }
        }
        self.common_keys(id, context);
    }

    /// The webhooks, by name.
    pub(super) fn webhooks(&mut self, id: DeltaId) {
        if self.delta(id).kind != Kind::Inner {
            self.one_sided_calls(id, WEBHOOK, &document_context());
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let node = EditedNode { kind: NodeKind::Webhook, name: delta.new_key().to_owned() };
            let context = Context { node, is_callback: true, ..document_context() };
            match delta.kind {
                Kind::Inner => self.called_item(child, WEBHOOK, &context),
                _ => self.one_sided_call(child, WEBHOOK, &context, "webhook"),
            }
        }
    }

    /// The requests that the server sends to one URL, by method.
    fn called_item(&mut self, id: DeltaId, changes: CallChanges, context: &Context<'a>) {
        let delta = self.delta(id);
        if let Some(name) = self.name_change(id) {
            let detail = format!("{} → {}", delta.key(), delta.new_key());
            self.edit(changes.renamed, name, context, with_trail(context, detail));
        }
        for child in self.children(id) {
            let (key, kind) = (self.delta(child).key(), self.delta(child).kind);
            match (key, kind) {
                (_, Kind::Name) => {}
                (method, Kind::Inner) if METHODS.contains(&method) => {
                    let known = self.called(id, method, context).into_iter().collect();
                    let inner = self.of_calls(context, known);
                    if let Some(name) = self.name_change(child) {
                        let methods = [method, self.delta(child).new_key()].map(str::to_uppercase);
                        let detail = format!("{} → {}", methods[0], methods[1]);
                        self.edit(Change::CallbackMoved, name, &inner, with_trail(context, detail));
                    }
                    self.operation(child, &inner);
                }
                (method, Kind::Added | Kind::Removed) if METHODS.contains(&method) => {
                    self.one_sided_call(
                        child,
                        changes,
                        context,
                        &format!("{} request", method.to_uppercase()),
                    );
                }
                _ => {}
            }
        }
        self.common_keys(id, context);
    }

    /// The operation of a callback.
    fn called(&self, item: DeltaId, method: &str, context: &Context<'a>) -> Option<Arc<ReachedOperation>> {
        let delta = self.delta(item);
        // The base determines what was promised.
        let operation =
            delta.before().or(delta.after())?.get(method).or_else(|| delta.after()?.get(method))?;
        let callback =
            context.trail.strip_prefix("callback ").map(|name| format!("{} {name}", context.node.name));
        Some(callback_operation(callback.as_deref().unwrap_or_default(), delta.new_key(), method, operation))
    }

    /// A context with these operations as its scope. The uses of a component determine its scope.
    fn of_calls(&self, context: &Context<'a>, calls: Vec<Arc<ReachedOperation>>) -> Context<'a> {
        let scope = match &context.scope {
            component @ Scope::Component(..) => component.clone(),
            Scope::Document | Scope::Operations(_) => Scope::Operations(calls),
        };
        Context { scope, ..context.clone() }
    }

    fn one_sided_calls(&mut self, id: DeltaId, changes: CallChanges, context: &Context<'a>) {
        let names = self.delta(id).value().as_object();
        let names: Vec<&str> = names.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        if names.is_empty() {
            self.edit(
                Change::ExtensionChanged,
                id,
                context,
                with_trail(context, "empty list of callbacks or webhooks"),
            );
        }
        for name in names {
            self.one_sided_call(id, changes, context, &format!("{} {name}", kind(changes)));
        }
    }

    fn one_sided_call(&mut self, id: DeltaId, changes: CallChanges, context: &Context<'a>, what: &str) {
        let (change, sign) = match self.delta(id).kind {
            Kind::Removed => (changes.removed, '−'),
            Kind::Added => (changes.added, '+'),
            _ => (Change::NodeTypeChanged, ' '),
        };
        self.edit(change, id, context, with_trail(context, format!("{sign} {what}").trim_start()));
    }

    // ---- links ----

    pub(super) fn links(&mut self, id: DeltaId, context: &Context<'a>) {
        if self.delta(id).kind != Kind::Inner {
            let links = self.delta(id).value().as_object();
            let names: Vec<&String> = links.into_iter().flatten().map(|(name, _)| name).collect();
            if names.is_empty() {
                self.edit(Change::ExtensionChanged, id, context, with_trail(context, "empty links"));
            }
            for name in names {
                self.one_sided_link(id, name, context);
            }
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            match delta.kind {
                Kind::Inner => self.link(child, &context.inside(&format!("link {}", delta.key()))),
                _ => self.one_sided_link(child, delta.key(), context),
            }
        }
    }

    fn one_sided_link(&mut self, id: DeltaId, name: &str, context: &Context<'a>) {
        let (change, sign) = match self.delta(id).kind {
            Kind::Removed => (Change::LinkRemoved, '−'),
            _ => (Change::LinkAdded, '+'),
        };
        self.edit(change, id, context, with_trail(context, format_args!("{sign} link {name}")));
    }

    pub(super) fn link(&mut self, id: DeltaId, context: &Context<'a>) {
        if self.reference(id, context) {
            return;
        }
        self.common_keys(id, context);
        for child in self.children(id) {
            let delta = self.delta(child);
            if !self.is_claimed(child) && delta.kind != Kind::Name {
                self.edit(Change::LinkChanged, child, context, describe(context, delta.key(), delta));
            }
        }
    }
}

fn kind(changes: CallChanges) -> &'static str {
    match changes.added {
        Change::WebhookAdded => "webhook",
        _ => "callback",
    }
}
