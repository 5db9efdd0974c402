//! The table of rules: each kind of change of the Rust API, with its bump and its reason.
//!
//! The rules `rust-…` are about changes at compile time. They follow the chapter "SemVer Compatibility" of the Cargo
//! book, restricted to what generated code can break. A change that the chapter calls possibly breaking is minor here,
//! such as a new trait, which may make a call ambiguous.
//!
//! The rules `run-…` are about changes that only show at run time. Their bump is `none`: users' code compiles as
//! before.
//!
//! The rules `wrapper-…` are about work for the maintainer of the wrapper. Their bump is `none`: users see only what the
//! wrapper makes of the generated code.

use crate::rust::verdict::Bump;

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RustRule {
    TypeRemoved,
    TypeAdded,
    KindChanged,
    FieldRemoved,
    FieldAdded,
    FieldAddedToLiteral,
    FieldTypeChanged,
    NonExhaustiveAdded,
    NonExhaustiveRemoved,
    VariantRemoved,
    VariantAdded,
    VariantAddedToMatch,
    VariantChanged,
    TraitRemoved,
    TraitAdded,
    TraitRequiresMore,
    FunctionRemoved,
    FunctionAdded,
    FunctionChanged,
    OperationRemoved,
    OperationAdded,
    ResponseClosed,
    FieldRequired,
    FieldRenamedInJson,
    EmptyListSent,
    ValueDecodesAs,
    RequestTargetChanged,
    ParameterRenamed,
    VersionSent,
    RetryChanged,
    UsedCodeChanged,
    ArgumentsMoved,
    TypeNotExported,
    HandWrittenTypeUnchanged,
}

/// Every rule: its id, the bump that it requires, and the reason.
#[rustfmt::skip]
pub(crate) const TABLE: &[(RustRule, &str, Bump, &str)] = &[
    (RustRule::TypeRemoved, "rust-type-removed", Bump::Major, "code that names the type no longer compiles"),
    (RustRule::TypeAdded, "rust-type-added", Bump::Minor, "no code uses the type yet"),
    (RustRule::KindChanged, "rust-kind-changed", Bump::Major, "a struct, a tuple struct, an enum and an alias are built and matched in different ways"),
    (RustRule::FieldRemoved, "rust-field-removed", Bump::Major, "code that reads or sets the field no longer compiles"),
    (RustRule::FieldAdded, "rust-field-added", Bump::Minor, "the struct is non-exhaustive: code outside of the crate cannot list all its fields"),
    (RustRule::FieldAddedToLiteral, "rust-field-added-to-literal", Bump::Major, "code that builds the struct with a literal does not set the new field"),
    (RustRule::FieldTypeChanged, "rust-field-type-changed", Bump::Major, "code that reads or sets the field uses the old type"),
    (RustRule::NonExhaustiveAdded, "rust-non-exhaustive-added", Bump::Major, "users can no longer build the struct, or match it without `..`"),
    (RustRule::NonExhaustiveRemoved, "rust-non-exhaustive-removed", Bump::Minor, "all code still compiles; but a later new field is a major change"),
    (RustRule::VariantRemoved, "rust-variant-removed", Bump::Major, "code that names the variant no longer compiles"),
    (RustRule::VariantAdded, "rust-variant-added", Bump::Minor, "the enum is non-exhaustive: every match outside of the crate has a wildcard arm"),
    (RustRule::VariantAddedToMatch, "rust-variant-added-to-match", Bump::Major, "a match that lists all variants no longer compiles"),
    (RustRule::VariantChanged, "rust-variant-changed", Bump::Major, "code that builds or matches the variant uses the old fields"),
    (RustRule::TraitRemoved, "rust-trait-removed", Bump::Major, "code that relies on the trait no longer compiles"),
    (RustRule::TraitAdded, "rust-trait-added", Bump::Minor, "no code relies on the trait yet"),
    (RustRule::TraitRequiresMore, "rust-trait-requires-more", Bump::Major, "implementations of the trait lack the function or the supertrait"),
    (RustRule::FunctionRemoved, "rust-function-removed", Bump::Major, "code that calls the function no longer compiles"),
    (RustRule::FunctionAdded, "rust-function-added", Bump::Minor, "no code calls the function yet"),
    (RustRule::FunctionChanged, "rust-function-changed", Bump::Major, "calls use the old arguments and the old result"),
    (RustRule::OperationRemoved, "rust-operation-removed", Bump::Major, "code that names the operation of the table no longer compiles"),
    (RustRule::OperationAdded, "rust-operation-added", Bump::Minor, "no code uses the operation yet"),
    (RustRule::ResponseClosed, "run-unknown-fields-rejected", Bump::None, "decoding a response with an unknown field fails; before, the field was ignored"),
    (RustRule::FieldRequired, "run-response-field-required", Bump::None, "decoding a response without the field fails; an older or newer server may leave it out"),
    (RustRule::FieldRenamedInJson, "run-field-json-name-changed", Bump::None, "the field of the struct is the same, but it has another name in JSON"),
    (RustRule::EmptyListSent, "run-empty-list-sent", Bump::None, "an empty list and an absent list are different requests"),
    (RustRule::ValueDecodesAs, "run-enum-value-decoding-changed", Bump::None, "a match on the enum takes another arm for the same response"),
    (RustRule::RequestTargetChanged, "run-method-or-path-changed", Bump::None, "the same method of the SDK sends a request with another path or HTTP method"),
    (RustRule::ParameterRenamed, "run-parameter-name-changed", Bump::None, "the same argument is sent under another name"),
    (RustRule::VersionSent, "run-version-sent", Bump::None, "the server uses another version of the operation, which may behave differently"),
    (RustRule::RetryChanged, "run-retry-changed", Bump::None, "the SDK handles a lost response differently"),
    (RustRule::UsedCodeChanged, "wrapper-uses-changed-code", Bump::None, "the wrapper names generated code that has changed: the compiler decides whether the wrapper must be adapted, and users see only what the wrapper makes of it"),
    (RustRule::ArgumentsMoved, "wrapper-arguments-moved", Bump::None, "parameters of the same type changed their order: the wrapper compiles, but passes the wrong arguments"),
    (RustRule::TypeNotExported, "wrapper-type-not-exported", Bump::None, "the crate denies public items whose types have no public path: the wrapper must export the type"),
    (RustRule::HandWrittenTypeUnchanged, "wrapper-type-written-by-hand", Bump::None, "no code is generated for this schema: its type must be adapted by hand"),
];

impl RustRule {
    fn row(self) -> (&'static str, Bump, &'static str) {
        // A test ensures that the table lists every rule. A missing rule must not count as harmless.
        let row = TABLE.iter().find(|(rule, ..)| *rule == self);
        row.map_or(("unknown", Bump::Major, "no rule"), |(_, id, bump, reason)| (id, *bump, reason))
    }

    /// The id in reports.
    pub(crate) fn id(self) -> &'static str {
        self.row().0
    }

    /// The bump that it requires.
    pub(crate) fn bump(self) -> Bump {
        self.row().1
    }
}

/// The explanation of a rule; `None` if there is no rule with this id.
#[must_use]
pub fn explain(id: &str) -> Option<String> {
    let (_, id, bump, reason) = TABLE.iter().find(|(_, other, ..)| *other == id)?;
    let what = match id.split_once('-') {
        Some(("run", _)) => "a change of the Rust API at run time",
        Some(("wrapper", _)) => "work for the maintainer of the wrapper",
        _ => "a change of the Rust API at compile time",
    };
    Some(format!("{id}: {what}\n  bump      {}\n  because   {reason}\n", bump.name()))
}

/// The ids of all rules.
pub fn ids() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(_, id, ..)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_each_rule_once_in_order() {
        for (index, (rule, id, ..)) in TABLE.iter().enumerate() {
            assert_eq!(*rule as usize, index, "{id}");
            assert_eq!(TABLE.iter().filter(|(_, other, ..)| other == id).count(), 1, "{id}");
            // The ids of the two tables must not overlap.
            assert!(openapi_diff::rules::explain(id).is_none(), "{id}");
            assert!(explain(id).is_some_and(|text| text.starts_with(&format!("{id}: "))), "{id}");
        }
        assert_eq!(TABLE.len(), RustRule::HandWrittenTypeUnchanged as usize + 1);
    }
}
