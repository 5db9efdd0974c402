//! Translates edits to the ids and levels of oasdiff, by one table.

use serde_json::Value;

use super::Entry;
use crate::rules::Change as C;
use crate::{Direction, Edit, Level, Location, MessagePart, Reach};
use openapi_fragment::openapi::without_variables;
use openapi_fragment::pointer;

/// A change, its id in oasdiff, and the parts of the message for which oasdiff has an id, each as a letter and a level.
///
/// The letters are `P` for a parameter, `p` within a parameter, `B` for a request body, `b` within a request body, `R` for a
/// response body, `r` within a response body, `H` for a response header, `h` within a response header, `O` for the
/// operation and `D` for the document. The levels are `e`rror, `w`arning and `i`nfo.
type Row = (C, &'static str, &'static str);

const TABLE: &[Row] = &[
    (C::OperationAdded, "endpoint-added", "Oi"),
    (C::DeprecatedOperationAdded, "endpoint-added", "Oi"),
    (C::OperationRemoved, "api-removed-without-deprecation", "Oe"),
    (C::DeprecatedOperationRemoved, "api-removed-with-deprecation", "Oi"),
    (C::OperationIdChanged, "api-operation-id-removed", "Oi"),
    (C::Deprecated, "deprecated", "Oi Pi bi ri"),
    (C::TagAdded, "api-tag-added", "Oi"),
    (C::TagRemoved, "api-tag-removed", "Oi"),
    (C::ScopeAdded, "api-security-scope-added", "Oi"),
    (C::ScopeRemoved, "api-security-scope-removed", "Oi"),
    (C::SecurityIntroduced, "api-global-security-added", "Di"),
    (C::SecurityDropped, "api-global-security-removed", "Di"),
    (C::SecuritySchemeAdded, "api-security-component-added", "Di"),
    (C::SecuritySchemeRemoved, "api-security-component-removed", "Di"),
    (C::ComponentRemoved, "api-schema-removed", "Di"),
    (C::StabilityLowered, "stability-decreased", "Oe be re"),
    (C::StabilityChanged, "api-invalid-stability-level", "Oe be re"),
    (C::SecuritySchemeChanged, "api-security-component-", "Di"),
    (C::ProseChanged, "api-security-component-", "Di"),
    (C::ScopeDefined, "api-security-component-", "Di"),
    (C::ParameterAdded, "new-optional-request-parameter", "Pi"),
    (C::RequiredParameterAdded, "new-required-request-parameter", "Pe"),
    (C::ParameterRemoved, "request-parameter-removed", "Pw"),
    (C::RequiredParameterRemoved, "request-parameter-removed", "Pw"),
    (C::ParameterBecameRequired, "became-required", "Pe"),
    (C::ParameterBecameOptional, "became-optional", "Pi"),
    (C::BodyAdded, "request-body-added-optional", "Bi"),
    (C::RequiredBodyAdded, "request-body-added-required", "Be"),
    (C::BodyRemoved, "request-body-removed", "Be"),
    (C::RequiredBodyRemoved, "request-body-removed", "Be"),
    (C::BodyBecameRequired, "became-required", "Be"),
    (C::BodyBecameOptional, "became-optional", "Bi"),
    (C::MediaTypeAdded, "request-body-media-type-added", "Bi"),
    (C::MediaTypeAdded, "response-media-type-added", "Ri"),
    (C::MediaTypeRemoved, "request-body-media-type-removed", "Be"),
    (C::MediaTypeRemoved, "response-media-type-removed", "Re"),
    (C::BodySchemaAdded, "media-type-schema-added", "Be Ri"),
    (C::SuccessAdded, "response-success-status-added", "Ri"),
    (C::SuccessRemoved, "response-success-status-removed", "Re"),
    (C::SuccessChanged, "response-success-status-removed", "Re"),
    (C::SuccessChanged, "response-success-status-added", "Ri"),
    (C::ErrorStatusChanged, "response-non-success-status-removed", "Ri"),
    (C::ErrorStatusChanged, "response-non-success-status-added", "Ri"),
    (C::ErrorStatusAdded, "response-non-success-status-added", "Ri"),
    (C::ErrorStatusRemoved, "response-non-success-status-removed", "Ri"),
    (C::HeaderAdded, "response-header-added", "Hi"),
    (C::RequiredHeaderAdded, "response-header-added", "Hi"),
    (C::HeaderRemoved, "optional-response-header-removed", "Hw"),
    (C::RequiredHeaderRemoved, "required-response-header-removed", "He"),
    (C::HeaderBecameOptional, "became-optional", "He"),
    (C::TypeChanged, "type-changed", "Pe pw Be be Re re"),
    (C::TypeNarrowed, "type-changed", "Pe Be be"),
    (C::TypeNarrowed, "type-specialized", "pe Ri ri"),
    (C::TypeWidened, "type-generalized", "Pi pi Bi bi Re re He"),
    (C::UnionNarrowed, "list-of-types-narrowed", "Pe pe Be be Ri ri"),
    (C::UnionWidened, "list-of-types-widened", "Pi pi Bi bi Re re"),
    (C::FormatChanged, "type-changed", "Pe Be be Re re"),
    (C::FormatSet, "type-changed", "Pe Be be Re re"),
    (C::FormatNarrowed, "type-changed", "Pe Be be Re re"),
    (C::FormatUnset, "type-generalized", "Pi Bi bi"),
    (C::FormatWidened, "type-generalized", "Pi Bi bi"),
    (C::FormatWidened, "type-changed", "Re re"),
    (C::FormatUnset, "type-changed", "Re re"),
    (C::Nullable, "became-nullable", "Bi bi Re re He"),
    (C::NotNullable, "became-not-nullable", "Be be Ri ri Hi"),
    (C::PropertyAdded, "new-optional-request-property", "bi"),
    (C::PropertyAdded, "response-optional-property-added", "ri"),
    (C::RequiredPropertyAdded, "new-required-request-property", "be"),
    (C::RequiredPropertyAdded, "response-required-property-added", "ri"),
    (C::PropertyRemoved, "request-property-removed", "bw"),
    (C::PropertyRemoved, "response-optional-property-removed", "rw"),
    (C::RequiredPropertyRemoved, "request-property-removed", "bw"),
    (C::RequiredPropertyRemoved, "response-required-property-removed", "re"),
    (C::PropertyRenamed, "request-property-removed", "bw"),
    (C::PropertyRenamed, "new-optional-request-property", "bi"),
    (C::PropertyRenamed, "response-optional-property-removed", "rw"),
    (C::PropertyRenamed, "response-optional-property-added", "ri"),
    (C::BecameRequired, "became-required", "be ri"),
    (C::BecameOptional, "became-optional", "bi re"),
    (C::BecameReadOnly, "became-read-only", "bi ri"),
    (C::NoLongerReadOnly, "became-not-read-only", "bi ri"),
    (C::RequiredBecameReadOnly, "became-read-only", "bi ri"),
    (C::RequiredNoLongerReadOnly, "became-not-read-only", "bi ri"),
    (C::BecameWriteOnly, "became-write-only", "bi ri"),
    (C::NoLongerWriteOnly, "became-not-write-only", "bi ri"),
    (C::EnumValueAdded, "enum-value-added", "Pi pi bi rw"),
    (C::EnumValueRemoved, "enum-value-removed", "Pe pe Be be ri"),
    (C::EnumValueRemoved, "response-mediatype-enum-value-removed", "Ri"),
    (C::EnumSet, "became-enum", "Pe Be be"),
    (C::EnumSet, "request-header-property-became-enum", "pe"),
    (C::EnumSet, "enum-value-added", "Pi pi"),
    (C::EnumUnset, "enum-value-removed", "Be"),
    (C::PatternSet, "pattern-added", "Pe be ri"),
    (C::PatternUnset, "pattern-removed", "Pi bi ri"),
    (C::PatternChanged, "pattern-changed", "bw ri"),
    (C::DefaultSet, "default-value-added", "Pe Bi bi Ri ri"),
    (C::DefaultUnset, "default-value-removed", "Pe Bi bi"),
    (C::DefaultChanged, "default-value-changed", "Pe Bi bi Ri ri"),
    (C::MaxLengthLowered, "max-length-decreased", "Pe Be be"),
    (C::MaxLengthRaised, "max-length-increased", "Pi Bi bi Re"),
    (C::MinLengthRaised, "min-length-increased", "Pe Be be"),
    (C::MinLengthLowered, "min-length-decreased", "Pi bi Re"),
    (C::MaximumLowered, "max-decreased", "Pe Be be"),
    (C::MaximumRaised, "max-increased", "Pi Bi bi"),
    (C::MinimumRaised, "min-increased", "Pe Be be"),
    (C::MinimumLowered, "min-decreased", "Pi Bi bi"),
    (C::MinItemsRaised, "min-items-increased", "Pe"),
    (C::MinItemsLowered, "min-items-decreased", "Pi"),
    (C::AllOfAdded, "all-of-added", "Be be Ri ri"),
    (C::AllOfRemoved, "all-of-removed", "Bw bw"),
    (C::OneOfAdded, "one-of-added", "Bi bi Re re"),
    (C::OneOfRemoved, "one-of-removed", "Be be Ri ri"),
    (C::AnyOfAdded, "any-of-added", "Bi bi Ri ri"),
    (C::AnyOfRemoved, "any-of-removed", "Be be Ri ri"),
    (C::WrappedInOneOf, "wrapped-in-one-of", "Be"),
    (C::DiscriminatorAdded, "discriminator-added", "Bi bi Ri ri"),
    (C::DiscriminatorRemoved, "discriminator-removed", "Bi bi Ri ri"),
    (C::DiscriminatorPropertyChanged, "discriminator-property-name-changed", "Bi bi Ri ri"),
    (C::DiscriminatorMappingAdded, "discriminator-mapping-added", "Bi bi Ri ri"),
    (C::DiscriminatorMappingRemoved, "discriminator-mapping-deleted", "Bi bi Ri ri"),
    (C::DiscriminatorMappingChanged, "discriminator-mapping-changed", "Bi bi Ri ri"),
    (C::DiscriminatorValueChanged, "discriminator-mapping-added", "Bi bi Ri ri"),
    (C::DiscriminatorValueChanged, "discriminator-mapping-deleted", "Bi bi Ri ri"),
];

/// The first parts of ids that the table contains completely. The other ids get a prefix for the part of the message.
const COMPLETE: &[&str] = &["api-", "new-", "request-", "response-", "endpoint-", "optional-", "required-"];

/// The entries that oasdiff would report for this edit.
pub(super) fn entries(edit: &Edit, base: &Value, revision: &Value) -> Vec<Entry> {
    let mut found: Vec<Entry> = edit.within.iter().flat_map(|edit| entries(edit, base, revision)).collect();
    let known = Known { edit, base, revision };
    let is_shared = edit.locations.newest().is_some_and(|location| {
        location.pointer == "/security" || location.pointer.starts_with("/components/securitySchemes/")
    });
    if edit.reach.is_empty() || is_shared || edit.change == C::ComponentRemoved {
        found.extend(known.report("D", "", ("", "")));
    }
    // oasdiff reports nothing for unstable operations, and takes the spelling of a path from the base.
    for usage in edit.reach.iter().filter(|usage| !usage.operation.is_unstable) {
        let paths = base.get("paths").and_then(Value::as_object).into_iter().flatten();
        let mut paths = paths.map(|(path, _)| path.as_str());
        let spelling = paths.find(|path| without_variables(path) == without_variables(&usage.operation.path));
        let path = spelling.unwrap_or(&usage.operation.path);
        let operation = (usage.operation.method.as_str(), path);
        let (letter, prefix) = part(usage);
        found.extend(known.report(letter, prefix, operation));
    }
    found
}

fn part(usage: &Reach) -> (&'static str, &'static str) {
    match (usage.direction, usage.part, usage.whole) {
        (Direction::Call, ..) | (_, MessagePart::Operation, _) => ("O", "endpoint"),
        (_, MessagePart::Parameter, true) => ("P", "request-parameter"),
        (_, MessagePart::Parameter, false) => ("p", "request-parameter-property"),
        (Direction::Request, _, true) => ("B", "request-body"),
        (Direction::Request, _, false) => ("b", "request-property"),
        (_, MessagePart::Header, true) => ("H", "response-header"),
        (_, MessagePart::Header, false) => ("h", "response-header-property"),
        (Direction::Response, _, true) => ("R", "response-body"),
        (Direction::Response, _, false) => ("r", "response-property"),
    }
}

struct Known<'a> {
    edit: &'a Edit,
    base: &'a Value,
    revision: &'a Value,
}

impl Known<'_> {
    fn report(&self, letter: &str, prefix: &str, (method, path): (&str, &str)) -> Vec<Entry> {
        let mut found = Vec::new();
        for (_, id, parts) in TABLE.iter().filter(|(change, ..)| *change == self.edit.change) {
            let Some(level) = parts.split(' ').find_map(|part| part.strip_prefix(letter)) else {
                continue;
            };
            let is_complete = COMPLETE.iter().any(|start| id.starts_with(start));
            let id = if is_complete { (*id).to_owned() } else { format!("{prefix}-{id}") };
            let level = match level {
                "e" => "error",
                "w" => "warning",
                _ => "info",
            };
            found.extend(
                self.special(&id, level)
                    .into_iter()
                    .map(|(id, level)| (id, level.to_owned(), method.to_owned(), path.to_owned())),
            );
        }
        found
    }

    /// The id and level where they depend on more than the change and the part of the message.
    fn special<'l>(&self, id: &str, level: &'l str) -> Option<(String, &'l str)> {
        let edit = self.edit;
        let pointer = edit.locations.newest().map_or("", |location| &location.pointer);
        let id = match edit.change {
            C::OperationRemoved | C::DeprecatedOperationRemoved => {
                let path = edit.reach.first().map(|usage| usage.operation.path.as_str()).unwrap_or_default();
                let left = self.revision.get("paths").and_then(|paths| paths.get(path)).is_some();
                if left { id.to_owned() } else { id.replace("api-removed", "api-path-removed") }
            }
            // The new pattern matches any text.
            C::PatternUnset if edit.pointers.iter().any(|locations| locations.revision.is_some()) => {
                id.replace("removed", "generalized")
            }
            C::OperationIdChanged if edit.before.is_none() => "api-operation-id-added".to_owned(),
            C::ErrorStatusRemoved if edit.detail.ends_with("default") => return None,
            C::ComponentRemoved if !pointer.starts_with("/components/schemas/") => return None,
            C::SecuritySchemeChanged | C::ProseChanged | C::ScopeDefined => {
                format!("{id}{}", security_scheme(edit.change, pointer)?)
            }
            C::StabilityLowered => id.replace("endpoint", "api"),
            C::BecameReadOnly
            | C::NoLongerReadOnly
            | C::RequiredBecameReadOnly
            | C::RequiredNoLongerReadOnly
            | C::BecameWriteOnly
            | C::NoLongerWriteOnly => {
                let how = if self.is_required() { "-required-property" } else { "-optional-property" };
                let warns =
                    edit.change == C::NoLongerWriteOnly && self.is_required() && id.starts_with("response");
                return Some((id.replace("-property", how), if warns { "warning" } else { level }));
            }
            C::RequiredPropertyAdded | C::BecameRequired if id.contains("request") && self.has_default() => {
                format!("{id}-with-default")
            }
            C::BecameRequired if self.is_not_sent(Direction::Request) && id.contains("request") => {
                return None;
            }
            C::RequiredPropertyRemoved
                if self.is_not_sent(Direction::Response) && id.starts_with("response") =>
            {
                return Some(("response-required-write-only-property-removed".to_owned(), "info"));
            }
            _ => return self.bound(id, level),
        };
        Some((id, level))
    }

    /// The id and level of a bound: a new bound has an id of its own, a removed bound has none, and a bound of a read-only
    /// property has another one.
    fn bound<'l>(&self, id: &str, level: &'l str) -> Option<(String, &'l str)> {
        let is_bound =
            ["-increased", "-decreased"].iter().any(|end| id.ends_with(end)) && !id.contains("stability");
        if !is_bound {
            return Some((id.to_owned(), level));
        }
        match (&self.edit.before, &self.edit.after) {
            (Some(_), None) => None,
            (None, _) => {
                let (start, _) = id.rsplit_once('-')?;
                Some((format!("{start}-set"), "warning"))
            }
            _ if self.is_not_sent(Direction::Request) => {
                Some((id.replace("request-property", "request-read-only-property"), "info"))
            }
            _ => Some((id.to_owned(), level)),
        }
    }

    fn is_not_sent(&self, direction: Direction) -> bool {
        let mut findings = self.edit.findings.iter().filter(|finding| finding.direction == direction);
        findings.any(|finding| finding.level == Level::None)
    }

    /// The name of the property that contains the edit, and the pointer of the schema of that property's object.
    fn property(location: &Location) -> Option<(String, String)> {
        let tokens: Vec<_> = pointer::tokens(&location.pointer).into_iter().flatten().collect();
        let at = tokens.iter().rposition(|token| token == "properties")?;
        let mut schema = String::new();
        tokens[..at].iter().for_each(|token| pointer::push(&mut schema, token));
        Some((tokens.get(at + 1)?.to_string(), schema))
    }

    /// Whether the property that became required, or was added as required, has a default.
    fn has_default(&self) -> bool {
        let Some(location) = &self.edit.locations.revision else { return false };
        let at_list = location.pointer.rsplit_once("/required/").map(|(schema, _)| schema);
        let schema = at_list.or_else(|| location.pointer.strip_suffix("/required"));
        let property = match (schema, &self.edit.after) {
            (Some(schema), _) => {
                let name = self.edit.detail.split(':').next().and_then(|trail| trail.rsplit('.').next());
                self.revision.pointer(schema).and_then(|schema| schema.get("properties")?.get(name?))
            }
            (None, after) => after.as_ref(),
        };
        property.is_some_and(|property| property.get("default").is_some())
    }

    /// Whether the property that contains the edited key is required.
    fn is_required(&self) -> bool {
        let sides = [(&self.edit.locations.revision, self.revision), (&self.edit.locations.base, self.base)];
        sides.into_iter().any(|(location, document)| {
            let Some((name, schema)) = location.as_ref().and_then(Self::property) else { return false };
            let required = document.pointer(&schema).and_then(|schema| schema.get("required"));
            required.and_then(Value::as_array).is_some_and(|names| names.iter().any(|known| *known == name))
        })
    }
}

/// The last part of the id for an edit of a security scheme.
fn security_scheme(change: C, pointer: &str) -> Option<&'static str> {
    let inside = pointer.strip_prefix("/components/securitySchemes/")?;
    let scope = inside.contains("/scopes/");
    match (change, inside.rsplit('/').next()) {
        (C::ScopeDefined, _) if scope => Some("oauth-scope-added"),
        (C::ProseChanged, _) if scope => Some("oauth-scope-changed"),
        (_, _) if scope => Some("oauth-scope-removed"),
        (_, Some("type")) => Some("type-changed"),
        (_, Some("tokenUrl")) => Some("oauth-token-url-changed"),
        _ => None,
    }
}
