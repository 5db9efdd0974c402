//! Differences between the texts that have no effect on the contract.

use super::super::super::delta::{DeltaId, Kind};
use super::super::document::component_context;
use super::super::{Change, Context, EditId, EditedNode, Scope, Walker, describe, document_context, fold};
use super::causes::Causes;
use crate::{Edit, Locations, NodeKind, Side};
use openapi_fragment::openapi::{METHODS, Role, Section, WEBHOOKS, is_prose};
use openapi_fragment::pointer;

/// The maximum number of keys that the description of an edit lists.
const MAX_KEYS: usize = 3;

/// The place of a difference in the text.
struct Place<'a> {
    context: Context<'a>,
    /// The path, for a path and its operations.
    path: Option<String>,
    /// The keys between the named node and the difference.
    keys: Vec<String>,
}

/// The differences that express the contract of one node differently.
struct Rewritten<'a> {
    context: Context<'a>,
    path: Option<String>,
    edit: EditId,
    keys: Vec<String>,
}

impl<'a> Walker<'_, 'a> {
    /// Adds the edits for these differences between the texts. Those that express the contract of one component, or of a
    /// path with its operations, differently are one edit.
    pub(super) fn without_effect(&mut self, leaves: Vec<DeltaId>) {
        let mut rewritten: Vec<Rewritten<'a>> = Vec::new();
        for leaf in leaves {
            let delta = self.delta(leaf);
            let Some(Place { context, path, keys }) = self.place(leaf) else { continue };
            let change = match delta.kind {
                Kind::Order => Change::OrderChanged,
                Kind::Name => Change::Rewritten,
                _ if self.parent_role(leaf).has_names() => Change::Rewritten,
                _ if is_prose(delta.key()) => Change::ProseChanged,
                _ if delta.key().starts_with("x-") => Change::ExtensionChanged,
                _ => Change::Rewritten,
            };
            if change != Change::Rewritten {
                let around = keys.split_last().map_or(&[][..], |(_, around)| around);
                let (trail, key) = match delta.kind {
                    Kind::Order => (trail(&keys), ""),
                    _ => (trail(around), delta.key()),
                };
                let context = Context { trail, ..context };
                self.edit(change, leaf, &context, describe(&context, key, delta));
                continue;
            }
            let same = |known: &&mut Rewritten<'a>| match &path {
                Some(path) => known.path.as_ref() == Some(path),
                None => known.context.node == context.node,
            };
            match rewritten.iter_mut().find(same) {
                Some(known) => self.add_rewritten(known, leaf, &context, &keys),
                None => {
                    let edit = self.edit(change, leaf, &context, "");
                    rewritten.push(Rewritten { context, path, edit, keys: vec![trail(&keys)] });
                }
            }
        }
        for Rewritten { edit, mut keys, .. } in rewritten {
            keys.dedup();
            let more = keys.len().saturating_sub(MAX_KEYS);
            let listed = keys[..keys.len() - more].join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let separator = if listed.is_empty() { "" } else { ": " };
            self.edits[edit].detail =
                format!("{listed}{more}{separator}expressed differently, with the same meaning");
        }
    }

    fn add_rewritten(
        &mut self,
        known: &mut Rewritten<'a>,
        leaf: DeltaId,
        context: &Context<'a>,
        keys: &[String],
    ) {
        self.claim(leaf);
        self.explained[known.edit].push(leaf);
        known.keys.push(trail(keys));
        let reach = self.reach(context);
        let edit = &mut self.edits[known.edit];
        fold::add(&mut edit.reach, reach);
        if let (true, Some(path)) = (edit.node != context.node, &known.path) {
            edit.node = EditedNode { kind: NodeKind::Path, name: path.clone() };
        }
    }

    /// The edits, with the differences that they explain as their pointers.
    pub(super) fn finish_rest(self) -> Vec<Edit> {
        let (mut edits, deltas) = (self.edits, self.deltas);
        for (edit, leaves) in edits.iter_mut().zip(self.explained) {
            edit.pointers = leaves.into_iter().map(|leaf| deltas.locations(leaf)).collect();
        }
        edits
    }

    fn parent_role(&self, leaf: DeltaId) -> Role {
        self.delta(leaf).parent.map_or(Role::Root, |parent| self.delta(parent).role)
    }

    fn place(&self, leaf: DeltaId) -> Option<Place<'a>> {
        let side = if self.delta(leaf).revision.is_some() { Side::Revision } else { Side::Base };
        let at = self.deltas.pointer(leaf, side)?;
        let tokens: Vec<String> = pointer::tokens(&at)?.map(std::borrow::Cow::into_owned).collect();
        let (node, used) = named(&tokens);
        let renames = self.comparison.renames;
        let document = &self.comparison.documents.get(side).value;
        let mut path = None;
        let context = match (node.kind, tokens.as_slice()) {
            (_, [components, key, name, ..]) if components == "components" => {
                let section = Section::of(key);
                let name = document.get("components")?.get(key)?.as_object()?.get_key_value(name)?.0;
                // A renamed component has one name, that of the revision.
                let new = renames.get(section, name).filter(|_| side == Side::Base).unwrap_or(name);
                component_context(section, name, new)
            }
            (NodeKind::Operation, [_, at, method, ..]) => {
                path = Some(at.clone());
                let operation = self.comparison.reaches.get(side).operation((at, method));
                let name = operation.as_ref().map_or(node.name, |operation| operation.name());
                let node = EditedNode { kind: NodeKind::Operation, name };
                Context {
                    node,
                    scope: Scope::Operations(operation.into_iter().collect()),
                    ..document_context()
                }
            }
            (NodeKind::Path, [_, at, ..]) => {
                path = Some(at.clone());
                let operations = self.comparison.reaches.get(side).path(at).iter();
                let scope = Scope::Operations(operations.map(|(_, operation)| operation.clone()).collect());
                Context { node, scope, ..document_context() }
            }
            _ => Context { node, ..document_context() },
        };
        // A renamed path has one name, that of the revision.
        let path = path.map(|path| match side {
            Side::Base => renames.moves.path(&path).map_or(path.clone(), str::to_owned),
            Side::Revision => path,
        });
        Some(Place { context, path, keys: tokens[used..].to_vec() })
    }
}

impl Causes<'_, '_> {
    /// The named node at these locations.
    pub(super) fn node_at(&self, locations: &Locations) -> Option<EditedNode> {
        let at = &locations.newest()?.pointer;
        let tokens: Vec<String> = pointer::tokens(at)?.map(std::borrow::Cow::into_owned).collect();
        let (node, _) = named(&tokens);
        if let (NodeKind::Operation, [_, path, method, ..]) = (node.kind, tokens.as_slice()) {
            let side = if locations.revision.is_some() { Side::Revision } else { Side::Base };
            let operation = self.comparison().reaches.get(side).operation((path, method))?;
            return Some(EditedNode { kind: NodeKind::Operation, name: operation.name() });
        }
        Some(node)
    }
}

/// The named node that contains a pointer, and the number of tokens that lead to it.
fn named(tokens: &[String]) -> (EditedNode, usize) {
    let node = |kind, name: &str| EditedNode { kind, name: name.to_owned() };
    match tokens {
        [first, key, name, ..] if first == "components" => (node(NodeKind::of(Section::of(key)), name), 3),
        [first, path, method, ..] if first == "paths" && METHODS.contains(&method.as_str()) => {
            (node(NodeKind::Operation, &format!("{} {path}", method.to_uppercase())), 3)
        }
        [first, path, ..] if first == "paths" => (node(NodeKind::Path, path), 2),
        [first, name, ..] if WEBHOOKS.contains(&first.as_str()) => (node(NodeKind::Webhook, name), 2),
        _ => (node(NodeKind::Document, ""), 0),
    }
}

/// The names that lead to a node, without the keywords between them.
fn trail(keys: &[String]) -> String {
    let mut text = String::new();
    for key in keys.iter().filter(|key| !matches!(key.as_str(), "properties" | "schema")) {
        if key == "items" {
            text.push_str("[]");
            continue;
        }
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(key);
    }
    text
}
