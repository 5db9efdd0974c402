//! Extracts types and functions from syntax trees: those of the generated code, and those of the wrapper's sources.
//!
//! This covers everything that is declared `pub`, whether users of the SDK can reach it or not; `api` restricts it to
//! what `surface` exports.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens as _;
use syn::{Fields, Item, Visibility};

mod attributes;
mod requests;

use super::text::Text;
use attributes::{Serde, derived};
pub(crate) use attributes::{elements, is_for_tests};
pub(crate) use requests::{RequestFunction, request_functions};

/// A type or a trait.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Type {
    pub(crate) body: Body,
    /// Whether it is `#[non_exhaustive]`.
    pub(crate) non_exhaustive: bool,
    /// The traits that it implements, derived or not, and the conversions from it to other types.
    pub(crate) traits: BTreeSet<String>,
    /// Its public functions, by name.
    pub(crate) functions: BTreeMap<String, Text>,
}

impl Type {
    /// Whether users can build it with a literal and match all its fields.
    pub(crate) fn is_literal(&self) -> bool {
        let Body::Record(fields) = &self.body else { return false };
        !self.non_exhaustive && fields.iter().all(|field| field.public)
    }
}

/// The definition of a type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// A struct with named fields.
    Record(Vec<Field>),
    /// A tuple struct, its public fields in order.
    Tuple(Vec<Text>),
    Enum(Vec<Variant>),
    Alias(Text),
    /// A trait, and its functions without a default.
    Trait(BTreeSet<String>),
}

impl Body {
    /// The kind of the type in Rust's terms.
    pub(crate) fn keyword(&self) -> &'static str {
        match self {
            Self::Record(_) => "struct",
            Self::Tuple(_) => "tuple struct",
            Self::Enum(_) => "enum",
            Self::Alias(_) => "type",
            Self::Trait(_) => "trait",
        }
    }
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) public: bool,
    pub(crate) ty: Text,
    /// Its name in JSON.
    pub(crate) wire: String,
    /// Whether it may be absent from JSON although its type is not an `Option`.
    pub(crate) defaulted: bool,
    /// Whether it is left out of JSON if it is empty.
    pub(crate) skipped: bool,
}

impl Field {
    /// Whether a response may lack the field, or have `null` there.
    pub(crate) fn may_be_absent(&self) -> bool {
        self.defaulted || self.ty.inside_option().is_some()
    }
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// Its fields as Rust code; empty if it has none.
    pub(crate) payload: String,
    /// Its value in JSON, if it has a fixed one.
    pub(crate) wire: Option<String>,
}

/// The public types among these items, by name.
pub(crate) fn types<'a>(items: impl Iterator<Item = &'a Item> + Clone) -> BTreeMap<String, Type> {
    let mut types: BTreeMap<String, Type> = items.clone().filter_map(definition).collect();
    for item in items {
        if let Item::Impl(block) = item {
            add_impl(block, &mut types);
        }
    }
    types
}

fn definition(item: &Item) -> Option<(String, Type)> {
    let (name, visibility, attributes, body) = match item {
        Item::Struct(item) => (&item.ident, &item.vis, &item.attrs, structure(&item.fields)),
        Item::Enum(item) => {
            let variants = item.variants.iter().map(|variant| Variant {
                name: variant.ident.to_string(),
                payload: payload(&variant.fields),
                wire: None,
            });
            (&item.ident, &item.vis, &item.attrs, Body::Enum(variants.collect()))
        }
        Item::Type(item) => (&item.ident, &item.vis, &item.attrs, Body::Alias(Text::of_type(&item.ty))),
        Item::Trait(item) => (&item.ident, &item.vis, &item.attrs, required_functions(item)),
        _ => return None,
    };
    let mut ty = Type {
        body,
        non_exhaustive: attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")),
        traits: attributes.iter().flat_map(|attribute| derived(&attribute.meta)).collect(),
        functions: BTreeMap::new(),
    };
    if let Item::Trait(item) = item {
        ty.traits = item.supertraits.iter().map(|bound| bound.to_token_stream().to_string()).collect();
        ty.functions = trait_functions(item)
            .map(|function| (function.sig.ident.to_string(), Text::of_signature(&function.sig)))
            .collect();
    }
    is_public(visibility).then(|| (name.to_string(), ty))
}

pub(crate) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn trait_functions(item: &syn::ItemTrait) -> impl Iterator<Item = &syn::TraitItemFn> {
    item.items.iter().filter_map(|item| match item {
        syn::TraitItem::Fn(function) => Some(function),
        _ => None,
    })
}

fn required_functions(item: &syn::ItemTrait) -> Body {
    let required = trait_functions(item).filter(|function| function.default.is_none());
    Body::Trait(required.map(|function| function.sig.ident.to_string()).collect())
}

fn structure(fields: &Fields) -> Body {
    match fields {
        Fields::Named(named) => Body::Record(named.named.iter().filter_map(field).collect()),
        Fields::Unnamed(fields) => {
            let public = fields.unnamed.iter().filter(|field| is_public(&field.vis));
            Body::Tuple(public.map(|field| Text::of_type(&field.ty)).collect())
        }
        Fields::Unit => Body::Tuple(Vec::new()),
    }
}

fn field(field: &syn::Field) -> Option<Field> {
    let name = field.ident.as_ref()?.to_string();
    let serde = Serde::read(&field.attrs);
    Some(Field {
        public: is_public(&field.vis),
        ty: Text::of_type(&field.ty),
        wire: serde.rename.unwrap_or_else(|| name.trim_start_matches("r#").to_owned()),
        name,
        defaulted: serde.default,
        skipped: serde.skip,
    })
}

/// The fields of a variant, which are as public as the enum.
fn payload(fields: &Fields) -> String {
    let text = |field: &syn::Field| {
        let name = field.ident.iter().map(|name| format!("{name}: ")).collect::<String>();
        format!("{name}{}", Text::of_type(&field.ty).exact())
    };
    let all = fields.iter().map(text).collect::<Vec<_>>().join(", ");
    match fields {
        Fields::Named(_) => format!(" {{ {all} }}"),
        Fields::Unnamed(_) => format!("({all})"),
        Fields::Unit => String::new(),
    }
}

/// Adds the functions or the trait of an `impl` block to its type.
fn add_impl(block: &syn::ItemImpl, types: &mut BTreeMap<String, Type>) {
    let own = Text::of_type(&block.self_ty);
    let name = match &*block.self_ty {
        syn::Type::Path(path) => path.path.segments.last().map(|step| step.ident.to_string()),
        _ => None,
    };
    let name = name.unwrap_or_default();
    let Some((path, _)) = &block.trait_ else {
        if let Some(ty) = types.get_mut(&name) {
            add_functions(block, ty);
        }
        return;
    };
    let implemented = Text::of_path(path);
    if let Some(ty) = types.get_mut(&name) {
        ty.traits.insert(with_associated(&implemented, block));
    } else if let Some(name) = implemented.names().find(|name| types.contains_key(*name)).map(str::to_owned)
        && let Some(ty) = types.get_mut(&name)
    {
        // `impl From<Generated> for Other`
        ty.traits.insert(format!("{own}: {implemented}"));
    }
}

/// The trait with its associated types, which users can name too.
fn with_associated(implemented: &Text, block: &syn::ItemImpl) -> String {
    let associated: Vec<String> = block
        .items
        .iter()
        .filter_map(|item| match item {
            syn::ImplItem::Type(item) => Some(format!("{} = {}", item.ident, Text::of_type(&item.ty))),
            _ => None,
        })
        .collect();
    match associated.is_empty() {
        true => implemented.to_string(),
        false => format!("{implemented} ({})", associated.join(", ")),
    }
}

fn add_functions(block: &syn::ItemImpl, ty: &mut Type) {
    for item in &block.items {
        let syn::ImplItem::Fn(function) = item else { continue };
        let name = function.sig.ident.to_string();
        if is_public(&function.vis) {
            ty.functions.insert(name.clone(), Text::of_signature(&function.sig));
        }
        if name == "as_str" {
            add_wire_values(&function.block, &mut ty.body);
        }
    }
}

/// Adds the JSON values of an enum's variants, from the arms `Self::Variant => "VALUE"` of its `as_str`.
fn add_wire_values(block: &syn::Block, body: &mut Body) {
    let (Body::Enum(variants), [syn::Stmt::Expr(syn::Expr::Match(arms), _)]) = (body, &block.stmts[..])
    else {
        return;
    };
    for arm in &arms.arms {
        let syn::Pat::Path(pattern) = &arm.pat else { continue };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(value), .. }) = &*arm.body else { continue };
        let name = pattern.path.segments.last().map(|segment| segment.ident.to_string());
        let variant = variants.iter_mut().find(|variant| Some(&variant.name) == name.as_ref());
        if let Some(variant) = variant {
            variant.wire = Some(value.value());
        }
    }
}

/// The public functions among these items, by name.
pub(crate) fn functions<'a>(items: impl Iterator<Item = &'a Item>) -> BTreeMap<String, Text> {
    let functions = items.filter_map(|item| match item {
        Item::Fn(function) if is_public(&function.vis) => Some(&function.sig),
        _ => None,
    });
    functions.map(|signature| (signature.ident.to_string(), Text::of_signature(signature))).collect()
}
