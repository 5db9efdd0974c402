//! What a change of a public item means for its users: Cargo's rules of compatibility, as a table.
//!
//! Only those that the generated code can break. They follow the chapter "SemVer Compatibility" of the Cargo
//! book; where that chapter calls a change possibly breaking (a new trait may make a call ambiguous), so does the
//! table: it is minor.

use crate::diff::verdict::Bump;

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
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
    FunctionRemoved,
    FunctionAdded,
    FunctionChanged,
    OperationRemoved,
    OperationAdded,
    WrapperMustChange,
}

/// Every rule: its id, the bump that it asks for, and why.
#[rustfmt::skip]
pub(crate) const TABLE: &[(Rule, &str, Bump, &str)] = &[
    (Rule::TypeRemoved, "type-removed", Bump::Major, "code that names the type no longer compiles"),
    (Rule::TypeAdded, "type-added", Bump::Minor, "nothing named it before"),
    (Rule::KindChanged, "kind-changed", Bump::Major, "what is built and matched one way cannot be built and matched the other"),
    (Rule::FieldRemoved, "field-removed", Bump::Major, "code that reads or sets the field no longer compiles"),
    (Rule::FieldAdded, "field-added", Bump::Minor, "the struct is non-exhaustive: nobody outside lists all its fields"),
    (Rule::FieldAddedToLiteral, "field-added-to-literal", Bump::Major, "users build the struct by listing all its fields"),
    (Rule::FieldTypeChanged, "field-type-changed", Bump::Major, "what reads or sets the field has the old type"),
    (Rule::NonExhaustiveAdded, "non-exhaustive-added", Bump::Major, "users can no longer build the struct, or match it without `..`"),
    (Rule::NonExhaustiveRemoved, "non-exhaustive-removed", Bump::Minor, "what compiled still does; a later field becomes a major change"),
    (Rule::VariantRemoved, "variant-removed", Bump::Major, "code that names the variant no longer compiles"),
    (Rule::VariantAdded, "variant-added", Bump::Minor, "the enum is non-exhaustive: every match outside has an arm for the rest"),
    (Rule::VariantAddedToMatch, "variant-added-to-match", Bump::Major, "a match that lists all variants no longer compiles"),
    (Rule::VariantChanged, "variant-changed", Bump::Major, "what builds or matches the variant has the old content"),
    (Rule::TraitRemoved, "trait-removed", Bump::Major, "code that relies on the trait no longer compiles"),
    (Rule::TraitAdded, "trait-added", Bump::Minor, "nothing relied on it before"),
    (Rule::FunctionRemoved, "function-removed", Bump::Major, "code that calls the function no longer compiles"),
    (Rule::FunctionAdded, "function-added", Bump::Minor, "nothing called it before"),
    (Rule::FunctionChanged, "function-changed", Bump::Major, "calls have the old arguments and the old result"),
    (Rule::OperationRemoved, "operation-removed", Bump::Major, "code that names the operation of the table no longer compiles"),
    (Rule::OperationAdded, "operation-added", Bump::Minor, "nothing named it before"),
    (Rule::WrapperMustChange, "wrapper-must-change", Bump::Major, "the SDK itself does not compile until the hand-written wrapper follows, and only that shows what its users see of it"),
];

impl Rule {
    fn row(self) -> (&'static str, Bump, &'static str) {
        // A test holds that the table lists every rule; what is missing there must not pass as harmless.
        let row = TABLE.iter().find(|(rule, ..)| *rule == self);
        row.map_or(("unknown", Bump::Major, "no rule"), |(_, id, bump, reason)| (id, *bump, reason))
    }

    /// Its name in reports.
    pub(crate) fn id(self) -> &'static str {
        self.row().0
    }

    /// The bump that it asks for.
    pub(crate) fn bump(self) -> Bump {
        self.row().1
    }
}

/// What a rule says, for a reader; `None` where there is none of this id.
pub(crate) fn explain(id: &str) -> Option<String> {
    let (_, id, bump, reason) = TABLE.iter().find(|(_, other, ..)| *other == id)?;
    Some(format!("{id}\n  of the Rust API: {}\n  {reason}\n", bump.name()))
}

/// The ids of all rules.
pub(crate) fn ids() -> impl Iterator<Item = &'static str> {
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
        }
        assert_eq!(TABLE.len(), Rule::WrapperMustChange as usize + 1);
    }
}
