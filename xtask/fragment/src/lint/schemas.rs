//! The form of schemas: what needs a name has one, and each key says something about the type.

use std::collections::HashSet;

use serde_json::Value;

use super::keys::wrong_type;
use super::secrets::is_secret;
use super::shape::Role;
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;
use crate::spec::problem::Inlined;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let schemas = facts.sites.of_role(Role::Schema);
    for site in schemas.filter(|site| site.node.is_object() && site.reference().is_none()) {
        types(site, report);
        required(facts, site, report);
        ranges(site, report);
        if site.get("anyOf").is_some() {
            report.add(&site.at("anyOf"), ProblemKind::AnyOf);
        }
        let replaced = site.component.is_some_and(|(_, name)| facts.known.is_replaced(name));
        combined(facts, site, replaced, report);
        if !replaced {
            inline(site, report);
        }
        enumeration(site, replaced, report);
    }
}

/// The keys that say something about some types only; and those that are not read beside a type.
const OF_TYPE: &[(&[&str], &[&str])] = &[
    (&["pattern", "minLength", "maxLength"], &["string"]),
    (&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], &["integer", "number"]),
    (&["items", "minItems", "maxItems", "uniqueItems"], &["array"]),
    (&["properties", "additionalProperties", "required", "minProperties", "maxProperties"], &["object"]),
    (&["format"], &["string", "integer", "number"]),
    (&["enum"], &["string", "integer", "number", "boolean"]),
    (&["allOf", "oneOf"], &[]),
];

fn types(site: &Site<'_>, report: &mut Report<'_>) {
    let Some(kind) = site.text("type") else {
        let of_types = OF_TYPE.iter().filter(|(_, kinds)| !kinds.is_empty());
        let speaks = of_types.flat_map(|(keys, _)| *keys).any(|key| site.get(key).is_some());
        // A `type` that is no text is reported as such.
        if speaks && site.get("type").is_none() {
            report.add(&site.path, ProblemKind::MissingKey { key: "type" });
        }
        return;
    };
    if !matches!(kind, "string" | "integer" | "number" | "boolean" | "array" | "object") {
        return report.add(&site.at("type"), ProblemKind::BadType { found: kind.to_owned() });
    }
    for (keys, kinds) in OF_TYPE {
        for key in keys.iter().filter(|key| site.get(key).is_some() && !kinds.contains(&kind)) {
            let (key, of) = ((*key).to_owned(), kind.to_owned());
            report.add(&site.path.member(key.clone()), ProblemKind::KeyWithoutEffect { key, of });
        }
    }
    if matches!(kind, "integer" | "number") && is_secret(site) {
        let (key, of) = ("format: password".to_owned(), kind.to_owned());
        report.add(&site.at("format"), ProblemKind::KeyWithoutEffect { key, of });
    }
    for key in ["minimum", "maximum", "multipleOf"] {
        let bound = site.get(key).filter(|bound| kind == "integer" && bound.is_f64());
        if let Some(bound) = bound {
            wrong_type("a whole number", bound, &site.at(key), report);
        }
    }
    if kind == "array" && site.get("items").is_none() {
        report.add(&site.path, ProblemKind::MissingKey { key: "items" });
    }
}

/// Bounds that leave nothing between them.
fn ranges(site: &Site<'_>, report: &mut Report<'_>) {
    for (least, most) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let bound = |key: &str| site.get(key).and_then(Value::as_f64);
        if let (Some(from), Some(to)) = (bound(least), bound(most))
            && from > to
        {
            report.add(&site.path.member(least), ProblemKind::NothingFits { least, most });
        }
    }
}

fn required(facts: &Facts<'_, '_>, site: &Site<'_>, report: &mut Report<'_>) {
    let Some(Value::Array(names)) = site.get("required") else { return };
    let properties: HashSet<_> =
        facts.sites.children(site, "properties").map(|property| property.name).collect();
    for (index, name) in names.iter().enumerate() {
        if let Some(name) = name.as_str().filter(|name| !properties.contains(name)) {
            let at = site.at("required").item(index);
            report.add(&at, ProblemKind::RequiredWithoutProperty { name: name.to_owned() });
        }
    }
}

/// What schemas are made of. The generator follows an `allOf` of one schema; it merges several, and where they have
/// nothing in common makes an enum without variants; and it makes a closed enum of a `oneOf`.
fn combined(facts: &Facts<'_, '_>, site: &Site<'_>, replaced: bool, report: &mut Report<'_>) {
    for key in ["allOf", "oneOf"] {
        if site.get(key).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            report.add(&site.at(key), ProblemKind::MissingKey { key });
        }
    }
    if !replaced && facts.sites.child(site, "oneOf").is_some() {
        report.add(&site.at("oneOf"), ProblemKind::OneOf);
    }
    if !replaced && facts.sites.children(site, "allOf").count() > 1 {
        report.add(&site.at("allOf"), ProblemKind::Merge);
    }
}

fn inline(site: &Site<'_>, report: &mut Report<'_>) {
    if site.is_component {
        return;
    }
    let what = if site.text("type") == Some("object") || site.get("properties").is_some() {
        Inlined::Object
    } else if site.get("enum").is_some() && !is_secret(site) {
        Inlined::Enum
    } else {
        return;
    };
    report.add(&site.path, ProblemKind::Inline { what });
}

fn enumeration(site: &Site<'_>, replaced: bool, report: &mut Report<'_>) {
    let Some(Value::Array(values)) = site.get("enum") else { return };
    if values.is_empty() {
        report.add(&site.at("enum"), ProblemKind::EmptyEnum);
    } else if !replaced && !is_of_texts(site, values) {
        report.add(&site.at("enum"), ProblemKind::EnumNotTexts);
    }
}

/// Whether the values are texts, and of a type that admits them. A type that is missing is another rule's matter.
fn is_of_texts(site: &Site<'_>, values: &[Value]) -> bool {
    let admits = !matches!(site.text("type"), Some("integer" | "number" | "boolean"));
    admits && values.iter().all(Value::is_string)
}
