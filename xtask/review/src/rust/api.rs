//! The public API of the SDK as far as the fragment makes it: what is generated, seen through the wrapper.

use std::collections::BTreeMap;
use std::fmt;

use super::read::{self, Body, Method, Type};
use super::surface::Surface;
use super::text::Text;
use atlas_codegen::Error;
use atlas_codegen::LintAgainst;
use atlas_codegen::lower::walk;
use atlas_codegen::operations::{self, OperationRow};
use openapi_fragment::Document;

/// One side of a comparison.
#[derive(Debug)]
pub(crate) struct Api<'a> {
    pub(super) document: &'a Document,
    pub(super) surface: &'a Surface,
    /// Every generated type, visible or not.
    pub(super) types: BTreeMap<String, Type>,
    /// The generated functions that make requests, by name. No user sees them; the wrapper calls them.
    pub(super) methods: BTreeMap<String, Method>,
    /// The operation table, by the name of the static.
    pub(super) operations: BTreeMap<String, OperationRow>,
    /// The generated types that a user meets.
    pub(super) visible: BTreeMap<String, Seen>,
}

/// How a user meets a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// By this path.
    Named(String),
    /// Only as a part of something visible, such as `Migration::details`: the type has no path.
    Within(String),
}

/// The public API that this document makes, with this wrapper around it.
///
/// Generates in memory. The wrapper's methods need not exist, so that a fragment can be judged before the wrapper
/// follows it.
///
/// # Errors
///
/// What lint refuses in the document apart from the wrapper, and where the generator gives up.
pub(crate) fn public_api<'a>(document: &'a Document, surface: &'a Surface) -> Result<Api<'a>, Error> {
    atlas_codegen::check(document, LintAgainst::Nothing)?;
    let trees = atlas_codegen::trees(document)?;
    let types = read::types(&trees.models);
    let operations = atlas_codegen::read_operations(document)?;
    let operations =
        operations.into_iter().map(|operation| (operations::rust::static_name(&operation.id), operation));
    Ok(Api {
        visible: visible(&types, surface),
        methods: read::methods(&trees.requests),
        operations: operations.collect(),
        types,
        document,
        surface,
    })
}

/// The types that are re-exported, and those that these lead to.
fn visible(types: &BTreeMap<String, Type>, surface: &Surface) -> BTreeMap<String, Seen> {
    let mut visible = BTreeMap::new();
    let mut waiting = Vec::new();
    for (path, name) in surface.exported.iter().filter(|(_, name)| types.contains_key(*name)) {
        visible.entry(name.clone()).or_insert_with(|| {
            waiting.push(name.clone());
            Seen::Named(path.clone())
        });
    }
    while let Some(name) = waiting.pop() {
        let Some(ty) = types.get(&name) else { continue };
        for (member, text) in members(ty) {
            for part in text.names().filter(|part| types.contains_key(*part)) {
                visible.entry(part.to_owned()).or_insert_with(|| {
                    waiting.push(part.to_owned());
                    Seen::Within(format!("{name}{member}"))
                });
            }
        }
    }
    visible
}

/// What a type is made of, by member.
fn members(ty: &Type) -> Vec<(String, &Text)> {
    match &ty.body {
        Body::Record(fields) => fields.iter().map(|field| (format!("::{}", field.name), &field.ty)).collect(),
        Body::Tuple(fields) => {
            fields.iter().enumerate().map(|(index, text)| (format!("::{index}"), text)).collect()
        }
        Body::Alias(text) => vec![(String::new(), text)],
        Body::Enum(_) => Vec::new(),
    }
}

impl Api<'_> {
    /// What a user calls a generated type.
    pub(super) fn path<'b>(&'b self, name: &'b str) -> &'b str {
        match self.visible.get(name) {
            Some(Seen::Named(path)) => path,
            Some(Seen::Within(_)) | None => name,
        }
    }

    /// The component schema that a generated type is made of.
    pub(super) fn component(&self, name: &str) -> Option<&str> {
        let mut schemas = walk::schemas(&self.document.value).map(|(component, _)| component.as_str());
        schemas.find(|component| atlas_codegen::patch::type_name(component) == name)
    }

    /// The operation whose method of the generated client has this name.
    pub(super) fn operation_of_method(&self, method: &str) -> Option<walk::OperationNode<'_>> {
        self.operation(|id| heck::ToSnakeCase::to_snake_case(id) == method)
    }

    /// The operation whose static of the table has this name.
    pub(super) fn operation_of_static(&self, name: &str) -> Option<walk::OperationNode<'_>> {
        self.operation(|id| operations::rust::static_name(id) == name)
    }

    fn operation(&self, is: impl Fn(&str) -> bool) -> Option<walk::OperationNode<'_>> {
        walk::operations(&self.document.value)
            .find(|place| walk::text(place.operation, "operationId").is_some_and(&is))
    }

    /// The generated types that this one leads to, itself included.
    pub(super) fn closure_of<'b>(&'b self, name: &'b str) -> Vec<&'b str> {
        let parts = self.types.get(name).into_iter().flat_map(members).map(|(_, text)| text);
        let own = self.types.contains_key(name).then_some(name);
        self.closure(parts).into_iter().chain(own).collect()
    }

    /// The generated types that these lead to, themselves included.
    pub(super) fn closure<'b>(&'b self, from: impl Iterator<Item = &'b Text>) -> Vec<&'b str> {
        let mut found: Vec<&str> = Vec::new();
        let mut waiting: Vec<&Text> = from.collect();
        while let Some(text) = waiting.pop() {
            for name in text.names() {
                if let Some(ty) = self.types.get(name).filter(|_| !found.contains(&name)) {
                    found.push(name);
                    waiting.extend(members(ty).into_iter().map(|(_, text)| text));
                }
            }
        }
        found
    }
}

/// The visible items, one a line: the form that golden tests keep.
impl fmt::Display for Api<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, seen) in &self.visible {
            let Some(ty) = self.types.get(name) else { continue };
            let non_exhaustive = if ty.non_exhaustive { "#[non_exhaustive] " } else { "" };
            write!(f, "{non_exhaustive}pub {} ", ty.body.keyword())?;
            match seen {
                Seen::Named(path) => writeln!(f, "{path}")?,
                Seen::Within(place) => writeln!(f, "{name} (no path; met as {place})")?,
            }
            match &ty.body {
                Body::Record(fields) => {
                    fields
                        .iter()
                        .try_for_each(|field| writeln!(f, "    pub {}: {}", field.name, field.ty))?;
                }
                Body::Tuple(fields) => fields.iter().try_for_each(|field| writeln!(f, "    pub {field}"))?,
                Body::Enum(variants) => {
                    variants
                        .iter()
                        .try_for_each(|variant| writeln!(f, "    {}{}", variant.name, variant.payload))?;
                }
                Body::Alias(text) => writeln!(f, "    = {text}")?,
            }
            ty.functions.values().try_for_each(|function| writeln!(f, "    pub {function}"))?;
            let traits: Vec<&str> = ty.traits.iter().map(String::as_str).collect();
            writeln!(f, "    impl {}", traits.join(", "))?;
        }
        if self.surface.operations {
            self.operations
                .keys()
                .try_for_each(|name| writeln!(f, "pub static operations::{name}: Operation"))?;
        }
        self.surface.methods.iter().try_for_each(|(path, text)| writeln!(f, "pub {text} of {path}"))
    }
}
