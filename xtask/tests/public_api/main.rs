//! The public API of the SDK may use items of other crates only if `ALLOWED` lists them.
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
mod names;
mod sources;

use std::path::Path;

use sources::Sources;

/// The allowed items: the path, the only item that may use it (`None` is every item), and the reason.
const ALLOWED: &[(&str, Option<&str>, &str)] = &[
    ("serde::Serialize", None, "users write models and plans in any format"),
    ("serde::Deserialize", None, "users read models and plans from any format"),
    ("schemars::JsonSchema", None, "the purpose of the feature `schemars`"),
    ("serde_json::Value", Some("Error::parameters"), "strings and numbers, mixed"),
    ("serde_json::Value", Some("RawRequest::send"), "a response without a model is JSON"),
    ("serde_json::Value", Some("IntoFuture for RawRequest"), "a response without a model is JSON"),
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

#[test]
fn the_public_api_uses_only_listed_items_of_other_crates() {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("atlas-migration-sdk");
    let manifest = std::fs::read_to_string(sdk.join("Cargo.toml")).unwrap();
    let sources = Sources::read(&sdk.join("src"), dependencies(&manifest));
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
