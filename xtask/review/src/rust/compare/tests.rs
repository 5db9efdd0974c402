//! Compares declarations of one type: the attributes of each side decide what users can do with it.

use super::types::{Pair, types};
use crate::rust::items;

/// The rules and items of the public changes between two declarations of the type `A`.
#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    let [old, new] = [before, after].map(|text| {
        let file = syn::parse_file(text).unwrap();
        items::types(file.items.iter()).remove("A").unwrap()
    });
    let mut changes = Vec::new();
    types(&Pair { name: "A", path: "A", old: &old, new: &new, wrapper: None }, &mut changes);
    let public = changes.iter().filter(|change| change.is_public);
    let found: Vec<&str> = public.map(|change| change.rule.id()).collect();
    assert_eq!(found, expected, "{before} → {after}");
}

#[test]
fn a_new_field_breaks_only_those_who_can_build_the_struct() {
    let two = "pub struct A { pub a: u8, pub b: u8 }";
    let open = "#[non_exhaustive] pub struct A { pub a: u8 }";
    let open_two = "#[non_exhaustive] pub struct A { pub a: u8, pub b: u8 }";
    check("pub struct A { pub a: u8 }", two, &["rust-field-added-to-literal"]);
    check(open, open_two, &["rust-field-added"]);
    // The attribute of the base decides what code there is, and the change of the attribute has its own rule.
    check(open, two, &["rust-field-added", "rust-non-exhaustive-removed"]);
    check(
        "pub struct A { pub a: u8 }",
        open_two,
        &["rust-field-added-to-literal", "rust-non-exhaustive-added"],
    );
    check(
        "pub struct A { pub a: u8, c: u8 }",
        "pub struct A { pub a: u8, pub b: u8, c: u8 }",
        &["rust-field-added"],
    );
}

#[test]
fn private_fields_are_seen_by_those_who_can_build_the_struct() {
    check("pub struct A { a: u8 }", "pub struct A { a: u16, b: u8 }", &[]);
    check(
        "pub struct A { pub a: u8 }",
        "pub struct A { pub a: u8, b: u8 }",
        &["rust-field-added-to-literal"],
    );
    check("pub struct A { pub a: u8 }", "pub struct A { a: u8 }", &["rust-field-removed"]);
    check("pub struct A { a: u8 }", "pub struct A { pub a: u8 }", &["rust-field-added"]);
    check("pub struct A(u8);", "pub struct A(u16);", &[]);
    check("pub struct A(pub u8);", "pub struct A(pub u16);", &["rust-field-type-changed"]);
}

#[test]
fn a_new_variant_breaks_exhaustive_matches() {
    check("pub enum A { B }", "pub enum A { B, C }", &["rust-variant-added-to-match"]);
    check(
        "#[non_exhaustive] pub enum A { B }",
        "#[non_exhaustive] pub enum A { B, C }",
        &["rust-variant-added"],
    );
    check("pub enum A { B }", "pub enum A { B(u8) }", &["rust-variant-changed"]);
    check("pub enum A { B { c: u8 } }", "pub enum A { B { c: u16 } }", &["rust-variant-changed"]);
}

#[test]
fn functions_are_compared_by_what_callers_use() {
    let with = |text: &str| format!("pub struct A; impl A {{ {text} }}");
    check(&with("pub fn f(&self, a: u8) {}"), &with("pub fn f(&self, b: u8) {}"), &[]);
    check(&with("pub fn f(self) {}"), &with("pub fn f(mut self) {}"), &[]);
    check(&with("pub fn f(&self) {}"), &with("pub fn f(&mut self) {}"), &["rust-function-changed"]);
    check(&with("pub fn f() {}"), &with("pub(crate) fn f() {}"), &["rust-function-removed"]);
    check(&with(""), &with("pub fn f() {}"), &["rust-function-added"]);
    check(
        "pub struct A<T>(T); impl<T> A<T> {}",
        "pub struct A<T>(T); impl<T> A<T> { pub fn f() {} }",
        &["rust-function-added"],
    );
}

#[test]
fn traits_are_compared_by_what_implementations_have() {
    let more = "rust-trait-requires-more";
    check("pub trait A {}", "pub trait A { fn f(&self) {} }", &["rust-function-added"]);
    check("pub trait A {}", "pub trait A { fn f(&self); }", &[more, "rust-function-added"]);
    check("pub trait A { fn f(&self) {} }", "pub trait A { fn f(&self); }", &[more]);
    check("pub trait A: Send {}", "pub trait A: Send + Sync {}", &[more]);
    check("#[derive(Clone)] pub struct A;", "pub struct A;", &["rust-trait-removed"]);
    check("pub struct A;", "pub enum A {}", &["rust-kind-changed"]);
}
