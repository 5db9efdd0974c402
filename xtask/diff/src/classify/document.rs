//! The document: its data, servers, paths, components.

use super::super::delta::Kind;
use super::{Change, Context, Node, Scope, Walker, at, describe, document_context};
use crate::NodeKind;
use crate::Sides;
use openapi_fragment::openapi::WEBHOOKS;
use openapi_fragment::openapi::{Role, Section};

impl<'a> Walker<'_, 'a> {
    pub(super) fn document(&mut self) {
        let context = document_context();
        for child in self.children(0) {
            let delta = self.delta(child);
            match delta.key() {
                "openapi" | "info" | "tags" => {
                    for leaf in self.deltas.leaves_within(child) {
                        let key = self.delta(leaf).key();
                        let detail = describe(
                            &context,
                            if key.is_empty() { delta.key() } else { key },
                            self.delta(leaf),
                        );
                        self.edit(Change::InfoChanged, leaf, &context, detail);
                    }
                }
                "servers" => self.servers(child, Sides::default(), &context),
                key if WEBHOOKS.contains(&key) => self.webhooks(child),
                "security" => self.requirements(child, &context),
                "paths" => self.paths(child),
                "components" => self.components(child),
                _ => {}
            }
        }
        self.common(0, &context);
    }

    fn components(&mut self, index: usize) {
        if self.delta(index).kind != Kind::Inner {
            self.whole_components(index);
            return;
        }
        for section in self.children(index) {
            let Role::Section(kind) = self.delta(section).role else { continue };
            if self.delta(section).kind != Kind::Inner {
                self.whole_section(section, self.delta(section).key(), self.delta(section).value(), section);
                continue;
            }
            for member in self.children(section) {
                self.component(kind, member);
            }
        }
        self.common(index, &document_context());
    }

    /// All components at once, on one side only: one edit for each.
    fn whole_components(&mut self, index: usize) {
        let value = self.delta(index).value();
        let sections = value.as_object().into_iter().flatten();
        let mut any = false;
        for (key, members) in
            sections.filter(|(_, members)| members.as_object().is_some_and(|m| !m.is_empty()))
        {
            any = true;
            self.whole_section(index, key, members, index);
        }
        if !any {
            self.edit(Change::InfoChanged, index, &document_context(), "components without content");
        }
    }

    fn whole_section(&mut self, at: usize, key: &'a str, members: &'a serde_json::Value, claims: usize) {
        let section = Section::of(key);
        let members = members.as_object();
        if members.is_none_or(serde_json::Map::is_empty) {
            self.edit(Change::InfoChanged, at, &document_context(), format!("{key} without content"));
        }
        for (name, value) in members.into_iter().flatten() {
            let context = component_context(section, name, name);
            let change = self.appearance(section, at);
            let edit = self.edit_of(change, at, &[claims], &context, "");
            self.show_member(edit, key, name, value);
        }
    }

    /// Narrows an edit that was made at a node around it to the member that it is about.
    fn show_member(&mut self, edit: usize, section: &str, name: &str, value: &serde_json::Value) {
        let edit = &mut self.edits[edit];
        let (sign, slot) = match edit.locations.base {
            None => ('+', &mut edit.after),
            Some(_) => ('−', &mut edit.before),
        };
        *slot = Some(value.clone());
        let kind = edit.node.kind.name();
        edit.detail = format!("{sign} {kind}");
        for (location, document) in [
            (&mut edit.locations.base, self.around.base),
            (&mut edit.locations.revision, self.around.revision),
        ] {
            if let Some(location) = location {
                if !location.pointer.ends_with(&format!("/{section}")) {
                    openapi_fragment::pointer::push(&mut location.pointer, section);
                }
                openapi_fragment::pointer::push(&mut location.pointer, name);
                location.position = document.nearest_position(&location.pointer);
            }
        }
    }

    fn appearance(&self, section: Section, index: usize) -> Change {
        match (section, self.delta(index).kind) {
            (Section::SecuritySchemes, Kind::Added) => Change::SecuritySchemeAdded,
            (Section::SecuritySchemes, Kind::Removed) => Change::SecuritySchemeRemoved,
            (_, Kind::Added) => Change::ComponentAdded,
            (_, Kind::Removed) => Change::ComponentRemoved,
            (Section::SecuritySchemes, _) => Change::SecuritySchemeChanged,
            _ => Change::ComponentChanged,
        }
    }

    fn component(&mut self, section: Section, index: usize) {
        let delta = self.delta(index);
        let (old, new) = (delta.key(), delta.new_key());
        let context = component_context(section, old, new);
        if delta.kind != Kind::Inner {
            let kind = context.node.kind.name();
            let detail = match delta.kind {
                Kind::Added => format!("+ {kind}"),
                Kind::Removed => format!("− {kind}"),
                _ => format!("{kind} changed"),
            };
            self.edit(self.appearance(section, index), index, &context, detail);
            return;
        }
        if let Some(name) = self.children(index).find(|child| self.delta(*child).kind == Kind::Name) {
            let edit = self.edit(
                Change::ComponentRenamed,
                name,
                &context,
                at(&context, format_args!("{old} → {new}")),
            );
            self.renamed.insert((section, new), edit);
        }
        match section {
            Section::Schemas => self.schema(index, &context),
            Section::Parameters => self.parameter(index, &context),
            Section::Responses => self.response(index, &context),
            Section::RequestBodies => self.request_body(index, &context),
            Section::Headers => self.header(index, &context),
            Section::SecuritySchemes => self.security_scheme(index, &context),
            Section::Callbacks => self.callback(index, &Context { is_call_back: true, ..context }),
            Section::Links => self.link(index, &context),
            Section::Other => {}
        }
    }

    fn security_scheme(&mut self, index: usize, context: &Context<'a>) {
        self.common(index, context);
        for leaf in self.deltas.leaves_within(index) {
            if self.claimed[leaf] {
                continue;
            }
            let delta = self.delta(leaf);
            let change = match (self.delta(delta.parent.unwrap_or(index)).role, delta.kind) {
                (Role::Scopes, Kind::Added) => Change::ScopeDefined,
                (Role::Scopes, Kind::Removed) => Change::ScopeUndefined,
                (Role::Scopes, _) => Change::ProseChanged,
                _ => Change::SecuritySchemeChanged,
            };
            self.edit(change, leaf, context, describe(context, delta.key(), delta));
        }
    }
}

/// The context of a component under its old and its new name.
fn component_context<'a>(section: Section, old: &'a str, new: &'a str) -> Context<'a> {
    let kind = match section {
        Section::Schemas => NodeKind::Schema,
        Section::Parameters => NodeKind::Parameter,
        Section::Responses => NodeKind::Response,
        Section::RequestBodies => NodeKind::RequestBody,
        Section::Headers => NodeKind::Header,
        Section::SecuritySchemes => NodeKind::SecurityScheme,
        Section::Callbacks => NodeKind::Callback,
        Section::Links => NodeKind::Link,
        Section::Other => NodeKind::Component,
    };
    let node = Node { kind, name: new.to_owned() };
    Context { node, scope: Scope::Component(section, old, new), ..document_context() }
}
