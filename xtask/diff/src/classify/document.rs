//! The document: its metadata, servers, paths and components.

use super::super::delta::{DeltaId, Kind};
use super::context::Excluded;
use super::{Change, Context, EditedNode, Scope, Walker, describe, document_context, with_trail};
use crate::{Direction, NodeKind, Sides};
use openapi_fragment::openapi::WEBHOOKS;
use openapi_fragment::openapi::{Role, Section};

impl<'a> Walker<'_, 'a> {
    pub(super) fn document(&mut self) {
        let context = document_context();
        for child in self.children(DeltaId::ROOT) {
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
                key if WEBHOOKS.contains(&key) => self.webhooks(child),
                "paths" => self.paths(child),
                "components" => self.components(child),
                _ => {}
            }
        }
        self.common_keys(DeltaId::ROOT, &context);
    }

    fn components(&mut self, id: DeltaId) {
        if self.delta(id).kind != Kind::Inner {
            self.one_sided_components(id);
            return;
        }
        for section in self.children(id) {
            let Role::Section(kind) = self.delta(section).role else { continue };
            if self.delta(section).kind != Kind::Inner {
                self.one_sided_section(
                    section,
                    self.delta(section).key(),
                    self.delta(section).value(),
                    section,
                );
                continue;
            }
            for member in self.children(section) {
                self.component(kind, member);
            }
        }
        self.common_keys(id, &document_context());
    }

    /// All components, if only one document has any: one edit for each component.
    fn one_sided_components(&mut self, id: DeltaId) {
        let value = self.delta(id).value();
        let sections = value.as_object().into_iter().flatten();
        let mut any = false;
        for (key, members) in
            sections.filter(|(_, members)| members.as_object().is_some_and(|m| !m.is_empty()))
        {
            any = true;
            self.one_sided_section(id, key, members, id);
        }
        if !any {
            self.edit(Change::InfoChanged, id, &document_context(), "empty components");
        }
    }

    fn one_sided_section(
        &mut self,
        at: DeltaId,
        key: &'a str,
        members: &'a serde_json::Value,
        claims: DeltaId,
    ) {
        let section = Section::of(key);
        let members = members.as_object();
        if members.is_none_or(serde_json::Map::is_empty) {
            self.edit(Change::InfoChanged, at, &document_context(), format!("empty {key}"));
        }
        for (name, value) in members.into_iter().flatten() {
            let context = component_context(section, name, name);
            let change = self.presence_change(section, at);
            let edit = self.edit_claiming(change, at, &[claims], &context, "");
            self.show_member(edit, key, name, value);
        }
    }

    /// Moves an edit from a containing node to the member that it describes.
    fn show_member(&mut self, edit: usize, section: &str, name: &str, value: &serde_json::Value) {
        let edit = &mut self.edits[edit];
        let (sign, slot) = match edit.locations.base {
            None => ('+', &mut edit.after),
            Some(_) => ('−', &mut edit.before),
        };
        *slot = Some(value.clone());
        let kind = edit.node.kind.name();
        edit.detail = format!("{sign} {kind}");
        for location in [&mut edit.locations.base, &mut edit.locations.revision].into_iter().flatten() {
            if !location.pointer.ends_with(&format!("/{section}")) {
                openapi_fragment::pointer::push(&mut location.pointer, section);
            }
            openapi_fragment::pointer::push(&mut location.pointer, name);
        }
    }

    fn presence_change(&self, section: Section, id: DeltaId) -> Change {
        match (section, self.delta(id).kind) {
            (Section::SecuritySchemes, Kind::Added) => Change::SecuritySchemeAdded,
            (Section::SecuritySchemes, Kind::Removed) => Change::SecuritySchemeRemoved,
            (_, Kind::Added) => Change::ComponentAdded,
            (_, Kind::Removed) => Change::ComponentRemoved,
            (Section::SecuritySchemes, _) => Change::SecuritySchemeChanged,
            _ => Change::ComponentChanged,
        }
    }

    fn component(&mut self, section: Section, id: DeltaId) {
        let delta = self.delta(id);
        let (old, new) = (delta.key(), delta.new_key());
        let Sides { base, revision } = self.comparison.reaches;
        let excluded = [Direction::Request, Direction::Response].map(|direction| {
            let is_excluded = base.is_excluded(direction, old) || revision.is_excluded(direction, new);
            let is_included = base.is_included(direction, old) || revision.is_included(direction, new);
            match is_included {
                _ if section != Section::Schemas || !is_excluded => Excluded::Never,
                true => Excluded::Sometimes,
                false => Excluded::Always,
            }
        });
        let context = Context { excluded, ..component_context(section, old, new) };
        if delta.kind != Kind::Inner {
            let kind = context.node.kind.name();
            let detail = match delta.kind {
                Kind::Added => format!("+ {kind}"),
                Kind::Removed => format!("− {kind}"),
                _ => format!("{kind} changed"),
            };
            self.edit(self.presence_change(section, id), id, &context, detail);
            return;
        }
        if let Some(name) = self.children(id).find(|child| self.delta(*child).kind == Kind::Name) {
            let detail = with_trail(&context, format_args!("{old} → {new}"));
            let edit = self.edit(Change::ComponentRenamed, name, &context, detail);
            self.renamed.insert((section, new), edit);
        }
        match section {
            Section::Schemas => self.schema(id, &context),
            Section::Parameters => self.parameter(id, &context),
            Section::Responses => self.response(id, &context),
            Section::RequestBodies => self.request_body(id, &context),
            Section::Headers => self.header(id, &context),
            Section::SecuritySchemes => self.security_scheme(id, &context),
            Section::Callbacks => self.callback(id, &Context { is_callback: true, ..context }),
            Section::Links => self.link(id, &context),
            Section::Other => {}
        }
    }
}

/// The context of a component, by its old and its new name.
pub(super) fn component_context<'a>(section: Section, old: &'a str, new: &'a str) -> Context<'a> {
    let node = EditedNode { kind: NodeKind::of(section), name: new.to_owned() };
    Context { node, scope: Scope::Component(section, old, new), ..document_context() }
}
