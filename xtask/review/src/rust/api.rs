//! The public API of the SDK as far as it depends on the fragment: the generated code, seen through the wrapper.

use std::collections::BTreeMap;

use super::items::{self, Body, RequestFunction, Type};
use super::surface::Surface;
use super::text::Text;
use atlas_codegen::Error;
use atlas_codegen::LintScope;
use atlas_codegen::ids;
use atlas_codegen::lower::walk;
use atlas_codegen::operations::{self, OperationRow};
use atlas_codegen::patch::type_name;
use atlas_codegen::rust_type::RustType;
use atlas_codegen::wrapper::expansions;
use openapi_fragment::Document;
use syn::visit_mut::VisitMut;

/// The public API of one side, with what is needed to compare it.
#[derive(Debug)]
pub(crate) struct Api<'a> {
    pub(super) document: &'a Document,
    pub(super) surface: &'a Surface,
    /// Every generated type, visible to users or not. A type that is re-exported under another name has that name.
    pub(super) types: BTreeMap<String, Type>,
    /// The public path of each type that is re-exported, and its name.
    pub(super) exported: BTreeMap<String, String>,
    /// The component schema from which each type is generated.
    components: BTreeMap<String, String>,
    /// The generated functions that prepare requests, by name. The wrapper calls them; users cannot.
    pub(super) request_functions: BTreeMap<String, RequestFunction>,
    /// The operation table, by the name of the static.
    pub(super) operations: BTreeMap<String, OperationRow>,
    /// The generated types that are visible to users.
    pub(super) visible: BTreeMap<String, Exposure>,
}

/// How a generated type is visible to users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// It has this public path.
    Named(String),
    /// It has no public path, but is the type of this visible item, such as `Migration::details`.
    Within(String),
}

/// The public API of the SDK, generated from this document, with this wrapper.
///
/// The code is generated in memory. The wrapper may lack methods, so that a fragment can be reviewed before the wrapper
/// is adapted.
///
/// # Errors
///
/// If lint rejects the document in this scope, or if the generator fails.
pub(crate) fn public_api<'a>(
    document: &'a Document,
    surface: &'a Surface,
    scope: LintScope<'_>,
) -> Result<Api<'a>, Error> {
    atlas_codegen::check(document, scope)?;
    let mut trees = atlas_codegen::trees(document)?;
    let mut renamed = PublicNames::of(&trees.models, surface);
    renamed.visit_file_mut(&mut trees.models);
    renamed.visit_file_mut(&mut trees.requests);
    let mut types = items::types(trees.models.items.iter());
    let mut exported: BTreeMap<String, String> =
        surface.exported.iter().map(|(path, name)| (path.clone(), renamed.of_type(name))).collect();
    if surface.exports_ids {
        let ids = id_types(document, surface)?;
        exported.extend(ids.keys().map(|name| (name.clone(), name.clone())));
        types.extend(ids);
    }
    let components = walk::schemas(&document.value)
        .map(|(name, _)| (renamed.of_type(&type_name(name)), name.clone()))
        .collect();
    let operations = atlas_codegen::read_operations(document)?;
    let operations =
        operations.into_iter().map(|operation| (operations::rust::static_name(&operation.id), operation));
    Ok(Api {
        visible: visible(&types, &exported),
        request_functions: items::request_functions(&trees.requests),
        operations: operations.collect(),
        components,
        exported,
        types,
        document,
        surface,
    })
}

/// The types of the ids, as declared by the macros of the wrapper.
fn id_types(document: &Document, surface: &Surface) -> Result<BTreeMap<String, Type>, Error> {
    let macros = surface
        .macros()
        .map_err(|error| Error::Generator { message: error.to_string(), positions: Vec::new() });
    let items: Vec<syn::Item> = macros?.into_iter().chain(ids::items(document)?).collect();
    Ok(items::types(expansions(&items).iter()))
}

/// The generated types that are re-exported under another name, which is their name for users.
struct PublicNames(BTreeMap<String, String>);

impl PublicNames {
    fn of(models: &syn::File, surface: &Surface) -> Self {
        let types = items::types(models.items.iter());
        let names = surface.exported.iter().filter_map(|(path, generated)| {
            let public = path.rsplit("::").next().filter(|public| !types.contains_key(*public))?;
            Some((generated.clone(), public.to_owned()))
        });
        Self(names.collect())
    }

    fn of_type(&self, generated: &str) -> String {
        self.0.get(generated).map_or(generated, String::as_str).to_owned()
    }
}

impl VisitMut for PublicNames {
    fn visit_ident_mut(&mut self, name: &mut syn::Ident) {
        if let Some(public) = self.0.get(&name.to_string()) {
            *name = syn::Ident::new(public, name.span());
        }
    }

    fn visit_variant_mut(&mut self, variant: &mut syn::Variant) {
        // The name of a variant may be that of a type.
        self.visit_fields_mut(&mut variant.fields);
    }
}

/// The types that are re-exported, and the types of their members, transitively.
fn visible(
    types: &BTreeMap<String, Type>,
    exported: &BTreeMap<String, String>,
) -> BTreeMap<String, Exposure> {
    let mut visible = BTreeMap::new();
    let mut pending = Vec::new();
    for (path, name) in exported.iter().filter(|(_, name)| types.contains_key(*name)) {
        visible.entry(name.clone()).or_insert_with(|| {
            pending.push(name.clone());
            Exposure::Named(path.clone())
        });
    }
    while let Some(name) = pending.pop() {
        let Some(ty) = types.get(&name) else { continue };
        for (member, text, _) in members(ty).into_iter().filter(|(.., public)| *public) {
            for part in text.names().filter(|part| types.contains_key(*part)) {
                visible.entry(part.to_owned()).or_insert_with(|| {
                    pending.push(part.to_owned());
                    Exposure::Within(format!("{name}{member}"))
                });
            }
        }
    }
    visible
}

/// The types of the members of a type, each with the suffix that the member adds to the type's path, and whether it is
/// public.
fn members(ty: &Type) -> Vec<(String, &Text, bool)> {
    match &ty.body {
        Body::Record(fields) => {
            fields.iter().map(|field| (format!("::{}", field.name), &field.ty, field.public)).collect()
        }
        Body::Tuple(fields) => {
            fields.iter().enumerate().map(|(index, text)| (format!("::{index}"), text, true)).collect()
        }
        Body::Alias(text) => vec![(String::new(), text, true)],
        Body::Enum(_) | Body::Trait(_) => Vec::new(),
    }
}

impl Api<'_> {
    /// The public path of a generated type; its own name if it has none.
    pub(super) fn path<'b>(&'b self, name: &'b str) -> &'b str {
        match self.visible.get(name) {
            Some(Exposure::Named(path)) => path,
            Some(Exposure::Within(_)) | None => name,
        }
    }

    /// The path of a generated type in the folder of generated files.
    pub(super) fn generated_path(&self, name: &str) -> String {
        let component = self.component(name).unwrap_or(name);
        let is_id = RustType::of_component(&self.document.value, component) == Some(RustType::Id);
        format!("{}::{name}", if is_id { "ids" } else { "models" })
    }

    /// The component schema from which a type is generated.
    pub(super) fn component(&self, name: &str) -> Option<&str> {
        self.components.get(name).map(String::as_str)
    }

    /// The operation whose request function has this name.
    pub(super) fn operation_of_function(&self, function: &str) -> Option<walk::OperationNode<'_>> {
        self.operation(|id| heck::ToSnakeCase::to_snake_case(id) == function)
    }

    /// The operation whose static in the operation table has this name.
    pub(super) fn operation_of_static(&self, name: &str) -> Option<walk::OperationNode<'_>> {
        self.operation(|id| operations::rust::static_name(id) == name)
    }

    fn operation(&self, is: impl Fn(&str) -> bool) -> Option<walk::OperationNode<'_>> {
        walk::operations(&self.document.value)
            .find(|node| walk::text(node.operation, "operationId").is_some_and(&is))
    }

    /// The generated types in these texts and the types of their members, transitively.
    pub(super) fn closure<'b>(&'b self, from: impl Iterator<Item = &'b Text>) -> Vec<&'b str> {
        let mut found: Vec<&str> = Vec::new();
        let mut pending: Vec<&Text> = from.collect();
        while let Some(text) = pending.pop() {
            for name in text.names() {
                if let Some(ty) = self.types.get(name).filter(|_| !found.contains(&name)) {
                    found.push(name);
                    pending.extend(members(ty).into_iter().map(|(_, text, _)| text));
                }
            }
        }
        found
    }
}
