//! Extracts types and request functions from the generated syntax trees.
//!
//! This covers everything that is generated, whether users of the SDK can reach it or not; `api` restricts it to what
//! `surface` exports.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Fields, FnArg, GenericArgument, Item, PathArguments, ReturnType, Visibility};

mod attributes;

use super::text::Text;
use attributes::{Serde, derived};

/// A generated type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Type {
    pub(crate) body: Body,
    pub(crate) non_exhaustive: bool,
    /// Whether deserializing JSON with an unknown field fails.
    pub(crate) closed: bool,
    /// The traits that it implements, derived or not, and the conversions from it to other types.
    pub(crate) traits: BTreeSet<String>,
    /// Its public functions, by name.
    pub(crate) functions: BTreeMap<String, Text>,
}

/// The definition of a type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// A struct with named fields.
    Record(Vec<Field>),
    /// A tuple struct, its fields in order.
    Tuple(Vec<Text>),
    Enum(Vec<Variant>),
    Alias(Text),
}

impl Body {
    /// The kind of the type in Rust's terms.
    pub(crate) fn keyword(&self) -> &'static str {
        match self {
            Self::Record(_) => "struct",
            Self::Tuple(_) => "tuple struct",
            Self::Enum(_) => "enum",
            Self::Alias(_) => "type",
        }
    }
}

/// A field of a struct. All generated fields are public.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
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

/// A generated function that prepares a request. Only the wrapper calls it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RequestFunction {
    /// The names and types, in order.
    pub(crate) parameters: Vec<(String, Text)>,
    pub(crate) response: Option<Text>,
}

impl std::fmt::Display for RequestFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parameters: Vec<String> =
            self.parameters.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        write!(f, "({})", parameters.join(", "))?;
        self.response.iter().try_for_each(|response| write!(f, " -> {response}"))
    }
}

/// The public types of `models.rs`, by name.
pub(crate) fn types(models: &syn::File) -> BTreeMap<String, Type> {
    let mut types: BTreeMap<String, Type> = models.items.iter().filter_map(definition).collect();
    for item in &models.items {
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
        _ => return None,
    };
    matches!(visibility, Visibility::Public(_)).then(|| {
        let ty = Type {
            body,
            non_exhaustive: attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")),
            closed: Serde::read(attributes).closed,
            traits: attributes.iter().flat_map(derived).collect(),
            functions: BTreeMap::new(),
        };
        (name.to_string(), ty)
    })
}

fn structure(fields: &Fields) -> Body {
    match fields {
        Fields::Named(named) => Body::Record(named.named.iter().filter_map(field).collect()),
        Fields::Unnamed(fields) => {
            Body::Tuple(fields.unnamed.iter().map(|field| Text::of_type(&field.ty)).collect())
        }
        Fields::Unit => Body::Tuple(Vec::new()),
    }
}

fn field(field: &syn::Field) -> Option<Field> {
    let name = field.ident.as_ref()?.to_string();
    let serde = Serde::read(&field.attrs);
    Some(Field {
        ty: Text::of_type(&field.ty),
        wire: serde.rename.unwrap_or_else(|| name.trim_start_matches("r#").to_owned()),
        name,
        defaulted: serde.default,
        skipped: serde.skip,
    })
}

fn payload(fields: &Fields) -> String {
    match structure(fields) {
        Body::Tuple(types) if types.is_empty() => String::new(),
        Body::Tuple(types) => {
            format!("({})", types.iter().map(Text::exact).collect::<Vec<_>>().join(", "))
        }
        Body::Record(fields) => {
            let fields = fields.iter().map(|field| format!("{}: {}", field.name, field.ty.exact()));
            format!(" {{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Body::Enum(_) | Body::Alias(_) => String::new(),
    }
}

/// Adds the functions or the trait of an `impl` block to its type.
fn add_impl(block: &syn::ItemImpl, types: &mut BTreeMap<String, Type>) {
    let own = Text::of_type(&block.self_ty);
    let Some((path, _)) = &block.trait_ else {
        if let Some(ty) = types.get_mut(own.exact()) {
            add_functions(block, ty);
        }
        return;
    };
    let implemented = Text::of_path(path);
    if let Some(ty) = types.get_mut(own.exact()) {
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
        if matches!(function.vis, Visibility::Public(_)) {
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

/// The functions of `requests.rs`, one for each operation, by name.
pub(crate) fn request_functions(requests: &syn::File) -> BTreeMap<String, RequestFunction> {
    requests
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Fn(function) => Some(function),
            _ => None,
        })
        .map(|function| (function.sig.ident.to_string(), method(&function.sig)))
        .collect()
}

fn method(signature: &syn::Signature) -> RequestFunction {
    let parameters = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => {
            let syn::Pat::Ident(name) = &*typed.pat else { return None };
            Some((name.ident.to_string(), Text::of_type(&typed.ty)))
        }
        FnArg::Receiver(_) => None,
    });
    RequestFunction { parameters: parameters.collect(), response: response(&signature.output) }
}

/// The `T` of `PreparedRequest<T>`.
fn response(output: &ReturnType) -> Option<Text> {
    let ReturnType::Type(_, ty) = output else { return None };
    first_argument(ty).map(Text::of_type)
}

fn first_argument(ty: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(list) = &path.path.segments.last()?.arguments else { return None };
    list.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
