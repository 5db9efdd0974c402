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

/// Declares each rule once: its name, its id, the bump that it requires, and the reason.
macro_rules! rules {
    ($($rule:ident, $id:literal, $bump:ident, $reason:literal;)*) => {
        /// A kind of change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum RustRule { $($rule),* }

        impl RustRule {
            const ALL: &[Self] = &[$(Self::$rule),*];

            fn row(self) -> (&'static str, Bump, &'static str) {
                match self { $(Self::$rule => ($id, Bump::$bump, $reason)),* }
            }
        }
    };
}

#[rustfmt::skip]
rules! {
    TypeRemoved, "rust-type-removed", Major, "code that names the type no longer compiles";
    TypeAdded, "rust-type-added", Minor, "no code uses the type yet";
    KindChanged, "rust-kind-changed", Major, "a struct, a tuple struct, an enum and an alias are built and matched in different ways";
    FieldRemoved, "rust-field-removed", Major, "code that reads or sets the field no longer compiles";
    FieldAdded, "rust-field-added", Minor, "the struct is non-exhaustive: code outside of the crate cannot list all its fields";
    FieldAddedToLiteral, "rust-field-added-to-literal", Major, "code that builds the struct with a literal does not set the new field";
    FieldTypeChanged, "rust-field-type-changed", Major, "code that reads or sets the field uses the old type";
    NonExhaustiveAdded, "rust-non-exhaustive-added", Major, "users can no longer build the struct, or match it without `..`";
    NonExhaustiveRemoved, "rust-non-exhaustive-removed", Minor, "all code still compiles; but a later new field is a major change";
    VariantRemoved, "rust-variant-removed", Major, "code that names the variant no longer compiles";
    VariantAdded, "rust-variant-added", Minor, "the enum is non-exhaustive: every match outside of the crate has a wildcard arm";
    VariantAddedToMatch, "rust-variant-added-to-match", Major, "a match that lists all variants no longer compiles";
    VariantChanged, "rust-variant-changed", Major, "code that builds or matches the variant uses the old fields";
    TraitRemoved, "rust-trait-removed", Major, "code that relies on the trait no longer compiles";
    TraitAdded, "rust-trait-added", Minor, "no code relies on the trait yet";
    TraitRequiresMore, "rust-trait-requires-more", Major, "implementations of the trait lack the function or the supertrait";
    FunctionRemoved, "rust-function-removed", Major, "code that calls the function no longer compiles";
    FunctionAdded, "rust-function-added", Minor, "no code calls the function yet";
    FunctionChanged, "rust-function-changed", Major, "calls use the old arguments and the old result";
    OperationRemoved, "rust-operation-removed", Major, "code that names the operation of the table no longer compiles";
    OperationAdded, "rust-operation-added", Minor, "no code uses the operation yet";
    FieldRequired, "run-response-field-required", None, "decoding a response without the field fails; an older or newer server may leave it out";
    FieldRenamedInJson, "run-field-json-name-changed", None, "the field of the struct is the same, but it has another name in JSON";
    EmptyListSent, "run-empty-list-sent", None, "an empty list and an absent list are different requests";
    ValueDecodesAs, "run-enum-value-decoding-changed", None, "a match on the enum takes another arm for the same response";
    RequestTargetChanged, "run-method-or-path-changed", None, "the same method of the SDK sends a request with another path or HTTP method";
    ParameterRenamed, "run-parameter-name-changed", None, "the same argument is sent under another name";
    VersionSent, "run-version-sent", None, "the server uses another version of the operation, which may behave differently";
    RetryChanged, "run-retry-changed", None, "the SDK handles a lost response differently";
    UsedCodeChanged, "wrapper-uses-changed-code", None, "the wrapper names generated code that has changed: the compiler decides whether the wrapper must be adapted, and users see only what the wrapper makes of it";
    ArgumentsMoved, "wrapper-arguments-moved", None, "parameters of the same type changed their order: the wrapper compiles, but passes the wrong arguments";
    TypeNotExported, "wrapper-type-not-exported", None, "the crate denies public items whose types have no public path: the wrapper must export the type";
    HandWrittenTypeUnchanged, "wrapper-type-written-by-hand", None, "no code is generated for this schema: its type must be adapted by hand";
}

impl RustRule {
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
    let (id, bump, reason) = RustRule::ALL.iter().map(|rule| rule.row()).find(|(other, ..)| *other == id)?;
    let what = match id.split_once('-') {
        Some(("run", _)) => "a change of the Rust API at run time",
        Some(("wrapper", _)) => "work for the maintainer of the wrapper",
        _ => "a change of the Rust API at compile time",
    };
    Some(format!("{id}: {what}\n  bump      {}\n  because   {reason}\n", bump.name()))
}

/// The ids of all rules.
pub fn ids() -> impl Iterator<Item = &'static str> {
    RustRule::ALL.iter().map(|rule| rule.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_has_one_rule() {
        for id in ids() {
            assert_eq!(ids().filter(|other| *other == id).count(), 1, "{id}");
            // The ids of the two tables must not overlap.
            assert!(openapi_diff::rules::explain(id).is_none(), "{id}");
            assert!(explain(id).is_some_and(|text| text.starts_with(&format!("{id}: "))), "{id}");
        }
    }
}
