//! Generates a user's program from a public API. The program uses each item in every way that the rules guarantee to
//! keep compiling.
//!
//! It builds and destructures exhaustive structs field by field, reads every field with its type, matches every
//! variant, requires every trait, and names every operation. So it compiles against another side exactly if no
//! guarantee is broken.

use std::fmt::Write as _;

use atlas_codegen::rust_type::IDS;

use crate::rust::api::{Api, Exposure};
use crate::rust::items::{Body, Field, Type};
use crate::rust::text::Text;

/// The source of the program.
pub(super) fn program(api: &Api<'_>) -> String {
    let mut program = "#![allow(unused)]\nuse atlas_migration_sdk as sdk;\n".to_owned();
    for (index, (name, seen)) in api.visible.iter().enumerate() {
        let (Exposure::Named(path), Some(ty)) = (seen, api.types.get(name)) else { continue };
        writeln!(program, "mod t{index} {{ use super::sdk; use sdk::{path} as This;").unwrap();
        program.push_str(&body(api, ty));
        program.push_str(&functions(ty));
        program.push_str(&traits(ty));
        program.push_str("}\n");
    }
    for name in api.operations.keys() {
        writeln!(program, "const _: &sdk::Operation = &sdk::operations::{name};").unwrap();
    }
    program
}

fn body(api: &Api<'_>, ty: &Type) -> String {
    match &ty.body {
        Body::Record(fields) => record(api, fields, ty.is_literal()),
        // A private field.
        Body::Tuple(fields) if fields.is_empty() => String::new(),
        Body::Tuple(fields) => {
            let names: Vec<String> = (0..fields.len()).map(|index| format!("f{index}")).collect();
            let reads =
                fields.iter().zip(&names).map(|(ty, name)| format!("let _: {} = {name};", spell(api, ty)));
            let rest = if ty.non_exhaustive { ", .." } else { "" };
            format!("fn take(This({}{rest}): This) {{ {} }}\n", names.join(", "), reads.collect::<String>())
        }
        Body::Enum(variants) => {
            let arms = variants.iter().map(|variant| match variant.payload.is_empty() {
                true => format!("This::{} => 1, ", variant.name),
                false => format!("This::{}(..) => 1, ", variant.name),
            });
            let rest = if ty.non_exhaustive { "_ => 0" } else { "" };
            format!("fn take(this: &This) -> u8 {{ match this {{ {}{rest} }} }}\n", arms.collect::<String>())
        }
        Body::Trait(_) => String::new(),
        Body::Alias(text) => format!("fn take(this: This) -> {} {{ this }}\n", spell(api, text)),
    }
}

fn record(api: &Api<'_>, fields: &[Field], is_literal: bool) -> String {
    let fields: Vec<&Field> = fields.iter().filter(|field| field.public).collect();
    let typed: Vec<String> =
        fields.iter().map(|field| format!("{}: {}", field.name, spell(api, &field.ty))).collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let reads: String =
        fields.iter().map(|field| format!("let _: {} = {};", spell(api, &field.ty), field.name)).collect();
    let names = names.join(", ");
    match is_literal {
        false => format!("fn take(This {{ {names}, .. }}: This) {{ {reads} }}\n"),
        true => format!(
            "fn build({}) -> This {{ This {{ {names} }} }}\nfn take(This {{ {names} }}: This) {{ {reads} }}\n",
            typed.join(", ")
        ),
    }
}

/// The type with the paths that a user outside of the crate uses.
fn spell(api: &Api<'_>, text: &Text) -> String {
    // The ids are re-exported at the root.
    let mut spelled = text.exact().replace(IDS, "sdk::").replace("crate::", "sdk::");
    for (name, seen) in &api.visible {
        let Exposure::Named(path) = seen else { continue };
        let word = regex::Regex::new(&format!(r"(^|[<( ,])({name})\b")).unwrap();
        spelled = word.replace_all(&spelled, format!("${{1}}sdk::{path}")).into_owned();
    }
    spelled
}

fn functions(ty: &Type) -> String {
    // The arguments of a generic function cannot be inferred here.
    let plain =
        ty.functions.iter().filter(|(_, text)| !text.exact().contains("impl") && !text.exact().contains('<'));
    format!(
        "fn call() {{ {} }}\n",
        plain.map(|(name, _)| format!("let _ = This::{name};")).collect::<String>()
    )
}

/// A function that requires the traits of the type, as far as they can be spelled without other types.
fn traits(ty: &Type) -> String {
    let bounds = ty.traits.iter().filter_map(|name| {
        Some(match name.as_str() {
            "Clone" | "Copy" | "Default" | "PartialEq" | "Eq" | "PartialOrd" | "Ord" => name.clone(),
            "Debug" | "Display" => format!("std::fmt::{name}"),
            "Hash" => "std::hash::Hash".to_owned(),
            "Serialize" => "serde::Serialize".to_owned(),
            "Deserialize" => "serde::de::DeserializeOwned".to_owned(),
            "AsRef<str>" | "From<String>" => name.clone(),
            "From<&str>" => "for<'a> From<&'a str>".to_owned(),
            "FromStr (Err = Infallible)" => "std::str::FromStr<Err = std::convert::Infallible>".to_owned(),
            _ => return None,
        })
    });
    let bounds: Vec<String> = bounds.collect();
    format!("fn require<T: {}>() {{}} fn check() {{ require::<This>() }}\n", bounds.join(" + "))
}
