//! Finds what a file of the wrapper may use of the generated code: names, calls, literals and fields.
//!
//! The result has too many uses, such as every call and every field. Only the comparison with the generated code shows
//! which of them matter. Test modules are ignored, because they are not part of the crate.

use std::collections::BTreeSet;
use std::sync::Arc;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use super::{SourcePosition, imports};

/// One use.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Use {
    pub(crate) kind: UseKind,
    pub(crate) position: SourcePosition,
    /// The lines of the function around it, empty outside of functions. If they changed with the fragment, the wrapper
    /// counts as adapted.
    pub(crate) function: Arc<str>,
}

/// The kind of a use, with the names in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UseKind {
    /// A generated type, spelled `…::models::Name` or `…::model::Name`.
    Type(String),
    /// A variant of an enum: the names of both.
    Variant(String, String),
    /// A `match` without a wildcard arm: the variants that it lists, each with its enum.
    Match(BTreeSet<(String, String)>),
    /// An operation of the table, spelled `operations::NAME`.
    Operation(String),
    /// A call of a method or function with this name, of any type.
    Call(String),
    /// A struct literal without `..`: the names of the struct and of its fields.
    Literal(String, BTreeSet<String>),
    /// A field with this name, of any type.
    Field(String),
}

/// The uses in a file.
pub(super) fn of(path: &str, text: &str, file: &syn::File) -> Vec<Use> {
    let lines = text.lines().collect();
    let mut finder = Finder { file: Arc::from(path), lines, function: Arc::from(""), found: Vec::new() };
    finder.visit_file(file);
    finder.found
}

struct Finder<'a> {
    file: Arc<str>,
    lines: Vec<&'a str>,
    function: Arc<str>,
    found: Vec<Use>,
}

impl Finder<'_> {
    fn add(&mut self, kind: UseKind, span: proc_macro2::Span) {
        let start = span.start();
        let position =
            SourcePosition { file: Arc::clone(&self.file), line: start.line, column: start.column + 1 };
        self.found.push(Use { kind, position, function: Arc::clone(&self.function) });
    }

    fn add_path(&mut self, steps: &[String], span: proc_macro2::Span) {
        match steps {
            [.., module, name] if (module == "models" || module == "model") && name != "*" => {
                self.add(UseKind::Type(name.clone()), span)
            }
            [.., module, name] if module == "operations" && name != "*" => {
                self.add(UseKind::Operation(name.clone()), span);
            }
            [.., owner, name] if is_type(owner) && is_type(name) => {
                self.add(UseKind::Variant(owner.clone(), name.clone()), span);
            }
            _ => {}
        }
    }

    fn within(&mut self, function: proc_macro2::Span, visit: impl FnOnce(&mut Self)) {
        let (first, last) = (function.start().line.saturating_sub(1), function.end().line);
        let lines = self.lines.get(first..last).unwrap_or_default().join("\n");
        let outer = std::mem::replace(&mut self.function, Arc::from(lines));
        visit(self);
        self.function = outer;
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
        });
        if !is_test {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.within(function.span(), |finder| visit::visit_impl_item_fn(finder, function));
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.within(function.span(), |finder| visit::visit_item_fn(finder, function));
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for (path, _) in imports(&item.tree) {
            self.add_path(&path, item.tree.span());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let steps: Vec<String> = path.segments.iter().map(|step| step.ident.to_string()).collect();
        self.add_path(&steps, path.span());
        visit::visit_path(self, path);
    }

    fn visit_expr_match(&mut self, item: &'ast syn::ExprMatch) {
        // In syn 3 a guard is a pattern of its own kind, so an arm with a guard is not a wildcard here.
        let is_rest = |arm: &syn::Arm| matches!(&arm.pat, syn::Pat::Wild(_) | syn::Pat::Ident(_));
        if !item.arms.iter().any(is_rest) {
            let mut variants = Variants(BTreeSet::new());
            item.arms.iter().for_each(|arm| variants.visit_pat(&arm.pat));
            self.add(UseKind::Match(variants.0), item.match_token.span);
        }
        visit::visit_expr_match(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.add(UseKind::Call(call.method.to_string()), call.method.span());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func
            && let Some(name) = function.path.segments.last()
        {
            self.add(UseKind::Call(name.ident.to_string()), name.ident.span());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        // `self` always has a type of the wrapper, never a generated one.
        let own = matches!(&*field.base, syn::Expr::Path(path) if path.path.is_ident("self"));
        if let (false, syn::Member::Named(name)) = (own, &field.member) {
            self.add(UseKind::Field(name.to_string()), name.span());
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_struct(&mut self, literal: &'ast syn::ExprStruct) {
        if let (Some(name), None) = (literal.path.segments.last(), &literal.rest) {
            let fields = literal.fields.iter().filter_map(|field| match &field.member {
                syn::Member::Named(name) => Some(name.to_string()),
                syn::Member::Unnamed(_) => None,
            });
            self.add(UseKind::Literal(name.ident.to_string(), fields.collect()), literal.path.span());
        }
        visit::visit_expr_struct(self, literal);
    }
}

/// The variants in a pattern.
struct Variants(BTreeSet<(String, String)>);

impl<'ast> Visit<'ast> for Variants {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut steps = path.segments.iter().rev().map(|step| step.ident.to_string());
        if let (Some(name), Some(owner)) = (steps.next(), steps.next()) {
            self.0.insert((owner, name));
        }
    }
}

fn is_type(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && name.contains(|c: char| c.is_lowercase())
}
