//! What the public APIs may contain: items of other crates only if `ALLOWED` lists them, types to which a minor version
//! can add fields and variants, and of the models only those of responses.
//!
//! A type of another crate in a public signature couples the SDK to that crate: each of its major versions is a major
//! version of the SDK. progenitor-client has a major version with nearly every release. So the API must not use its
//! types or those of typify, and reqwest's `Client` only where users pass a custom one.
//!
//! The sources are parsed with syn. Names are resolved through imports, re-exports and aliases; macros of the crate are
//! expanded once, with their parameters as names. rustdoc's JSON would see more, such as the output of other crates'
//! macros, but needs a nightly compiler; its HTML names a foreign type without its crate unless that crate is
//! documented too. The compiler checks the other half, that every reachable generated type has a public name: the SDK
//! denies the lint `unnameable_types`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]

mod api;
mod extensible;
mod names;
mod sources;

use std::path::Path;

use openapi_fragment::{Document, openapi};
use sources::Sources;

/// The allowed items: the path, the only item that may use it (`None` is every item), and the reason.
const ALLOWED: &[(&str, Option<&str>, &str)] = &[
    ("serde::Serialize", None, "users write models and plans in any format"),
    ("serde::Deserialize", None, "users read models and plans from any format"),
    ("schemars::JsonSchema", None, "the purpose of the feature `schemars`"),
    ("serde_json::Value", Some("Error::parameters"), "strings and numbers, mixed"),
    ("serde_json::Value", Some("RequestPreview::body"), "a body of any operation is JSON"),
    ("serde_json::Value", Some("RawRequest::send"), "a response without a model is JSON"),
    ("serde_json::Value", Some("Future for RawRequest"), "a response without a model is JSON"),
    ("futures_core::Stream", None, "the trait of streams, until std has one"),
    ("reqwest::Client", Some("ClientBuilder::http_client"), "users can pass a custom client"),
];

/// Whether an entry of the list allows this use.
fn allows((path, item, _): &(&str, Option<&str>, &str), used: &api::ForeignUse) -> bool {
    used.path == *path && item.is_none_or(|item| used.item == item)
}

/// The dependencies in the SDK's manifest, by their names in code.
fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap().keys();
    dependencies.map(|name| name.replace('-', "_")).collect()
}

/// The public types that users can list completely, each with the reason.
const CLOSED: &[(&str, &str, &str)] = &[
    ("atlas-migration-sdk", "Readiness", "a wait succeeds in two ways, and callers handle both"),
    ("atlas-migration-sdk", "NoRetry", "a value, written by its name: it has no settings"),
    ("atlas-migration-sdk", "SystemClock", "a value, written by its name: it has no settings"),
    ("openapi-diff", "Direction", "data is sent by the client, by the server, or by neither"),
    ("openapi-diff", "Level", "a scale: a new level would change what the others mean"),
    ("openapi-diff", "Side", "a comparison has two documents"),
    ("openapi-diff", "Sides", "a comparison has two documents"),
];

/// The crates with a public API whose types must be extensible: the name, and the folder from the root.
///
/// `openapi-fragment` is not among them: the crates that use it match its enums completely, so that the compiler finds
/// what a new kind of node affects.
const EXTENSIBLE: &[(&str, &str)] = &[
    ("atlas-migration-sdk", "atlas-migration-sdk"),
    ("atlas-emulator", "tests/emulator"),
    ("openapi-diff", "xtask/diff"),
];

/// The sources of the crate in this folder of the repository.
fn sources_of(folder: &str) -> Sources {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(folder);
    let manifest = std::fs::read_to_string(package.join("Cargo.toml")).unwrap();
    Sources::read(&package.join("src"), dependencies(&manifest))
}

#[test]
fn the_public_api_uses_only_listed_items_of_other_crates() {
    let sources = sources_of("atlas-migration-sdk");
    let uses = api::foreign_uses(&sources);
    let is_listed = |used: &&api::ForeignUse| ALLOWED.iter().any(|entry| allows(entry, used));
    let unlisted: Vec<_> = uses.iter().filter(|used| !is_listed(used)).collect();
    assert!(unlisted.is_empty(), "used in the public API, but not listed in {}:\n{unlisted:#?}", file!());
    for entry in ALLOWED {
        let is_used = uses.iter().any(|used| allows(entry, used));
        assert!(is_used, "{entry:?} is listed but not used: remove it");
    }
    // Well-known public items were read, so the reader works.
    for item in ["Client", "Org::create_link_token", "LinkToken::new", "OrgId::from_bytes", "Migration"] {
        assert!(sources.has_public_item(item), "{item} was not read");
    }
}

#[test]
fn a_minor_version_can_add_fields_and_variants() {
    for (name, folder) in EXTENSIBLE {
        let found = extensible::closed_types(&sources_of(folder));
        let listed = CLOSED.iter().filter(|(package, ..)| package == name).map(|(_, ty, _)| *ty);
        let listed: Vec<&str> = listed.collect();
        let unlisted: Vec<_> = found.iter().filter(|ty| !listed.contains(&ty.as_str())).collect();
        assert!(
            unlisted.is_empty(),
            "public types of {name} without `#[non_exhaustive]` or a private field: {unlisted:#?}"
        );
        let unused: Vec<_> = listed.iter().filter(|ty| !found.iter().any(|found| found == *ty)).collect();
        assert!(unused.is_empty(), "listed for {name}, but not closed: {unused:?}");
    }
}

/// The uses that are found in a crate with these files, which depends on `reqwest` and `progenitor_client`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let crates = ["reqwest", "progenitor_client"].map(str::to_owned);
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let uses = api::foreign_uses(&Sources::of(files, crates));
    uses.into_iter().map(|used| format!("{}: {}", used.item, used.path)).collect()
}

#[test]
fn every_kind_of_use_is_found() {
    for (lib, expected) in [
        ("pub fn f(client: reqwest::Client) {}", "f: reqwest::Client"),
        ("pub fn f() -> Option<Vec<::reqwest::Url>> {}", "f: reqwest::Url"),
        ("use reqwest::{Url as Address, Client}; pub fn f(_: Address) {}", "f: reqwest::Url"),
        ("use reqwest as http; pub fn f(_: http::Url) {}", "f: reqwest::Url"),
        ("use reqwest::header; pub fn f(_: header::HeaderMap) {}", "f: reqwest::header::HeaderMap"),
        ("type Address = reqwest::Url; pub fn f(_: Address) {}", "f: reqwest::Url"),
        ("pub type Address = reqwest::Url;", "Address: reqwest::Url"),
        ("pub use reqwest::Url;", "pub use: reqwest::Url"),
        ("pub use progenitor_client::*;", "pub use: progenitor_client::*"),
        ("pub struct S { pub a: u8, pub b: reqwest::Url }", "S.b: reqwest::Url"),
        ("pub struct S(pub reqwest::Url);", "S.0: reqwest::Url"),
        ("pub enum E { A(reqwest::Url) }", "E::A: reqwest::Url"),
        ("pub struct S<T: Into<reqwest::Url>>(T);", "S: reqwest::Url"),
        ("pub struct S<T>(T) where T: Into<reqwest::Url>;", "S: reqwest::Url"),
        ("pub struct S; impl S { pub fn f(&self, _: impl FnOnce(reqwest::Url)) {} }", "S::f: reqwest::Url"),
        ("pub struct S; impl S { pub const C: reqwest::Url = x(); }", "S::C: reqwest::Url"),
        ("pub struct S; impl From<reqwest::Error> for S {}", "From for S: reqwest::Error"),
        ("pub struct S; impl From<S> for reqwest::Url {}", "From for reqwest::Url: reqwest::Url"),
        (
            "pub struct S; impl std::ops::Deref for S { type Target = reqwest::Url; }",
            "Deref for S: reqwest::Url",
        ),
        ("pub trait T: Into<reqwest::Url> {}", "T: reqwest::Url"),
        ("pub trait T { fn f(&self) -> reqwest::Url; }", "T::f: reqwest::Url"),
        ("pub static A: fn() -> reqwest::Url = f;", "A: reqwest::Url"),
        ("#[derive(Clone, reqwest::Derived)] pub struct S;", "S: reqwest::Derived"),
        ("#[cfg_attr(x, derive(reqwest::Derived))] pub struct S;", "S: reqwest::Derived"),
        (
            "macro_rules! m { ($(#[doc = $d:literal])+ $name:ident) => { pub struct $name(pub reqwest::Url); } } m!(A);",
            "A.0: reqwest::Url",
        ),
        (
            "pub mod inner { use super::Address; pub fn f(_: Address) {} } type Address = reqwest::Url;",
            "f: reqwest::Url",
        ),
    ] {
        assert_eq!(found(&[("lib.rs", lib)]), [expected], "{lib}");
    }
}

#[test]
fn names_are_resolved_across_files() {
    let net = ("net/mod.rs", "mod url; pub(crate) use url::Address;");
    let url = ("net/url.rs", "pub(crate) use reqwest::Url as Address;");
    let lib = ("lib.rs", "mod net; use net::Address; pub fn f(_: Address, _: crate::net::Address) {}");
    assert_eq!(found(&[lib, net, url]), ["f: reqwest::Url"; 2]);
    // Only the re-exported part of the generated code is public.
    let models =
        ("generated/models.rs", "pub struct A { pub a: reqwest::Url } pub struct B { pub b: reqwest::Url }");
    let requests = ("generated/requests.rs", "pub fn f(_: reqwest::Client) {}");
    let generated = ("generated/mod.rs", "pub(crate) mod models; pub(crate) mod requests;");
    let lib = ("lib.rs", "mod generated; pub use generated::models::A;");
    assert_eq!(found(&[lib, generated, models, requests]), ["A.a: reqwest::Url"]);
}

#[test]
fn private_uses_are_ignored() {
    for lib in [
        "fn f(_: reqwest::Url) {}",
        "pub(crate) fn f(_: reqwest::Url) {}",
        "pub struct S(reqwest::Url);",
        "pub struct S { a: reqwest::Url, pub(crate) b: reqwest::Url }",
        "pub struct S; impl S { fn f(_: reqwest::Url) {} }",
        "struct S; impl S { pub fn f(_: reqwest::Url) {} }",
        "struct S; impl From<reqwest::Error> for S {}",
        "pub struct S; trait T {} impl T for reqwest::Url {}",
        "pub struct S; trait T<A> {} impl T<reqwest::Url> for S {}",
        "pub fn f() { let _: reqwest::Url = x(); }",
        "use reqwest::Url; pub fn f<Other>(_: Other) {}",
        "#[cfg(test)] mod tests { use super::*; pub fn f(_: reqwest::Url) {} }",
        "pub fn f(_: std::net::IpAddr, _: String) {}",
    ] {
        assert!(found(&[("lib.rs", lib)]).is_empty(), "{lib}");
    }
}

/// Users cannot create a model, and methods take arguments or a plan instead.
#[test]
fn the_models_are_those_of_responses() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("spec/atlas-migration.yaml");
    let document = Document::load("the fragment", &std::fs::read(path).unwrap()).unwrap().value;
    let operations = document["paths"].as_object().unwrap().values().filter_map(|item| item.as_object());
    let responses = operations.flat_map(|item| item.values()).filter_map(|member| member.get("responses"));
    let targets = responses.flat_map(openapi::references).map(|found| found.target.to_owned());
    let in_responses = openapi::closure(&document, targets.collect());

    let sources = sources_of("atlas-migration-sdk");
    let model = &sources.modules[&["model".to_owned()][..]];
    let exported: Vec<&String> = model.imports.keys().collect();
    assert!(exported.len() > 5, "{exported:?}");
    let is_in_response = |name: &str| in_responses.contains(&openapi::reference_to("schemas", name));
    let others: Vec<_> = exported.iter().filter(|name| !is_in_response(name)).collect();
    assert!(others.is_empty(), "`model` exports types that no response contains: {others:?}");
}

#[test]
fn every_kind_of_closed_type_is_found() {
    let found = |lib: &str| {
        let files = [("lib.rs".to_owned(), lib.to_owned())];
        extensible::closed_types(&Sources::of(files, []))
    };
    for (lib, expected) in [
        ("pub struct S { pub a: u8, pub b: u8 }", "S"),
        ("pub struct S(pub u8);", "S"),
        ("pub struct S;", "S"),
        ("pub struct S {}", "S"),
        ("pub enum E { A }", "E"),
        ("#[non_exhaustive] pub enum E { A { a: u8 } }", "E::A"),
        ("#[non_exhaustive] pub enum E { A(u8, u8) }", "E::A"),
        ("macro_rules! m { ($name:ident) => { pub struct $name(pub u8); } } m!(A);", "A"),
        ("pub mod inner { pub struct S { pub a: u8 } }", "S"),
    ] {
        assert_eq!(found(lib), [expected], "{lib}");
    }
    for lib in [
        "#[non_exhaustive] pub struct S { pub a: u8 }",
        "#[non_exhaustive] pub struct S;",
        "pub struct S { pub a: u8, b: u8 }",
        "pub struct S(u8);",
        "pub(crate) struct S { pub a: u8 }",
        "struct S { pub a: u8 }",
        "#[non_exhaustive] pub enum E { A, B(u8), #[non_exhaustive] C { a: u8 } }",
        "enum E { A { a: u8 } }",
        "#[cfg(test)] mod tests { pub struct S { pub a: u8 } }",
    ] {
        assert_eq!(found(lib), [""; 0], "{lib}");
    }
    // Of the generated types, those that are re-exported by name.
    let generated = "pub struct A { pub a: u8 } pub struct B { pub b: u8 }";
    let files = [("lib.rs", "pub use crate::generated::A;"), ("generated/mod.rs", generated)];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(extensible::closed_types(&Sources::of(files, [])), ["A"]);
}
