//! What the public API of the SDK names of other crates: what stands in a list here, and nothing else.
//!
//! A type of another crate in a public signature makes that crate's releases ours: each of its majors is one of the SDK.
//! progenitor-client has one with nearly every release. So none of its types may be named, nor one of typify's, and
//! reqwest's `Client` only where a user hands his own in.
//!
//! The sources are read with syn: names are resolved through imports, re-exports and aliases, macros of the crate are
//! read once with their parameters as names. rustdoc's JSON would see more, such as what other crates' macros make, but
//! needs a nightly compiler; its HTML names a foreign type without its crate unless that crate is documented too. The
//! other half, that no generated type is reachable that has no public name, is the compiler's: the SDK denies its lint
//! `unnameable_types`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot unwrap cannot say what it expects"
)]

mod api;
mod names;
mod sources;

use std::path::Path;

use sources::Sources;

/// What may be named, where (everywhere if nothing is said), and why.
const ALLOWED: &[(&str, Option<&str>, &str)] = &[
    ("serde::Serialize", None, "models and plans are written, in what format the user wants"),
    ("serde::Deserialize", None, "and read"),
    ("schemars::JsonSchema", None, "the feature `schemars` is about nothing else"),
    ("serde_json::Value", Some("Error::parameters"), "strings and numbers, mixed"),
    ("serde_json::Value", Some("RawRequest::send"), "what has no model is JSON"),
    ("serde_json::Value", Some("IntoFuture for RawRequest"), "what has no model is JSON"),
    ("futures_core::Stream", None, "the trait of streams, until std has one"),
    ("reqwest::Client", Some("ClientBuilder::http_client"), "a user hands his own in"),
];

/// Whether an entry of the list is about this finding.
fn admits((path, place, _): &(&str, Option<&str>, &str), finding: &api::Finding) -> bool {
    finding.names == *path && place.is_none_or(|place| finding.place == place)
}

/// The crates that the SDK's manifest names, as code spells them.
fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap().keys();
    dependencies.map(|name| name.replace('-', "_")).collect()
}

#[test]
fn the_public_api_names_nothing_foreign_that_is_not_listed() {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("atlas-migration-sdk");
    let manifest = std::fs::read_to_string(sdk.join("Cargo.toml")).unwrap();
    let sources = Sources::read(&sdk.join("src"), dependencies(&manifest));
    let findings = api::foreign(&sources);
    let is_listed = |finding: &&api::Finding| ALLOWED.iter().any(|entry| admits(entry, finding));
    let unlisted: Vec<_> = findings.iter().filter(|finding| !is_listed(finding)).collect();
    assert!(unlisted.is_empty(), "in the public API, and not listed in {}:\n{unlisted:#?}", file!());
    for entry in ALLOWED {
        let is_named = findings.iter().any(|finding| admits(entry, finding));
        assert!(is_named, "{entry:?} is listed and no longer named: take it out");
    }
    // The reader has found its way: what is public is what users have.
    for item in ["Client", "Org::create_link_token", "LinkToken::new", "OrgId::from_bytes", "Migration"] {
        assert!(sources.saw(item), "{item} was not read");
    }
}

/// What is found in a crate of these files that depends on `reqwest` and `progenitor_client`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let crates = ["reqwest", "progenitor_client"].map(str::to_owned);
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let findings = api::foreign(&Sources::of(files, crates));
    findings.into_iter().map(|finding| format!("{}: {}", finding.place, finding.names)).collect()
}

#[test]
fn every_way_to_name_one_is_found() {
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
fn names_are_followed_between_files() {
    let net = ("net/mod.rs", "mod url; pub(crate) use url::Address;");
    let url = ("net/url.rs", "pub(crate) use reqwest::Url as Address;");
    let lib = ("lib.rs", "mod net; use net::Address; pub fn f(_: Address, _: crate::net::Address) {}");
    assert_eq!(found(&[lib, net, url]), ["f: reqwest::Url"; 2]);
    // Of what is generated, only what is re-exported is public.
    let models =
        ("generated/models.rs", "pub struct A { pub a: reqwest::Url } pub struct B { pub b: reqwest::Url }");
    let requests = ("generated/requests.rs", "pub fn f(_: reqwest::Client) {}");
    let generated = ("generated/mod.rs", "pub(crate) mod models; pub(crate) mod requests;");
    let lib = ("lib.rs", "mod generated; pub use generated::models::A;");
    assert_eq!(found(&[lib, generated, models, requests]), ["A.a: reqwest::Url"]);
}

#[test]
fn what_nobody_outside_sees_is_left_alone() {
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
