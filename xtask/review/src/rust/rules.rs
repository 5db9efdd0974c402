//! What a change of a public item means for its users: Cargo's rules of compatibility, as a table.
//!
//! Below them stands what no compiler shows, each with the bump `none`: the users' code compiles and does something else.
//!
//! Only those that the generated code can break. They follow the chapter "SemVer Compatibility" of the Cargo
//! book; where that chapter calls a change possibly breaking (a new trait may make a call ambiguous), so does the
//! table: it is minor.

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
    FunctionRemoved,
    FunctionAdded,
    FunctionChanged,
    OperationRemoved,
    OperationAdded,
    WrapperMustChange,
    ReplyClosed,
    FieldMustCome,
    FieldTravelsAs,
    EmptyListSent,
    ValueArrivesAs,
    CallSentElsewhere,
    ParameterTravelsAs,
    VersionSent,
    RepeatChanged,
    ArgumentsMoved,
    HandWrittenStays,
}

/// Every rule: its id, the bump that it asks for, and why.
#[rustfmt::skip]
pub(crate) const TABLE: &[(RustRule, &str, Bump, &str)] = &[
    (RustRule::TypeRemoved, "rust-type-removed", Bump::Major, "code that names the type no longer compiles"),
    (RustRule::TypeAdded, "rust-type-added", Bump::Minor, "nothing named it before"),
    (RustRule::KindChanged, "rust-kind-changed", Bump::Major, "what is built and matched one way cannot be built and matched the other"),
    (RustRule::FieldRemoved, "rust-field-removed", Bump::Major, "code that reads or sets the field no longer compiles"),
    (RustRule::FieldAdded, "rust-field-added", Bump::Minor, "the struct is non-exhaustive: nobody outside lists all its fields"),
    (RustRule::FieldAddedToLiteral, "rust-field-added-to-literal", Bump::Major, "users build the struct by listing all its fields"),
    (RustRule::FieldTypeChanged, "rust-field-type-changed", Bump::Major, "what reads or sets the field has the old type"),
    (RustRule::NonExhaustiveAdded, "rust-non-exhaustive-added", Bump::Major, "users can no longer build the struct, or match it without `..`"),
    (RustRule::NonExhaustiveRemoved, "rust-non-exhaustive-removed", Bump::Minor, "what compiled still does; a later field becomes a major change"),
    (RustRule::VariantRemoved, "rust-variant-removed", Bump::Major, "code that names the variant no longer compiles"),
    (RustRule::VariantAdded, "rust-variant-added", Bump::Minor, "the enum is non-exhaustive: every match outside has an arm for the rest"),
    (RustRule::VariantAddedToMatch, "rust-variant-added-to-match", Bump::Major, "a match that lists all variants no longer compiles"),
    (RustRule::VariantChanged, "rust-variant-changed", Bump::Major, "what builds or matches the variant has the old content"),
    (RustRule::TraitRemoved, "rust-trait-removed", Bump::Major, "code that relies on the trait no longer compiles"),
    (RustRule::TraitAdded, "rust-trait-added", Bump::Minor, "nothing relied on it before"),
    (RustRule::FunctionRemoved, "rust-function-removed", Bump::Major, "code that calls the function no longer compiles"),
    (RustRule::FunctionAdded, "rust-function-added", Bump::Minor, "nothing called it before"),
    (RustRule::FunctionChanged, "rust-function-changed", Bump::Major, "calls have the old arguments and the old result"),
    (RustRule::OperationRemoved, "rust-operation-removed", Bump::Major, "code that names the operation of the table no longer compiles"),
    (RustRule::OperationAdded, "rust-operation-added", Bump::Minor, "nothing named it before"),
    (RustRule::WrapperMustChange, "rust-wrapper-must-change", Bump::Major, "the SDK itself does not compile until the hand-written wrapper follows, and only that shows what its users see of it"),
    (RustRule::ReplyClosed, "run-reply-closed", Bump::None, "a reply with a field that is new to this version is refused, where it was passed over"),
    (RustRule::FieldMustCome, "run-field-must-come", Bump::None, "a reply without the field is refused; a server that is older or newer may leave it out"),
    (RustRule::FieldTravelsAs, "run-field-travels-as", Bump::None, "the field of the struct is the same, its name in JSON is not"),
    (RustRule::EmptyListSent, "run-empty-list-sent", Bump::None, "to send an empty list and to send none are two things to the server"),
    (RustRule::ValueArrivesAs, "run-value-arrives-as", Bump::None, "a match on the enum takes another arm for the same reply"),
    (RustRule::CallSentElsewhere, "run-call-sent-elsewhere", Bump::None, "the same method of the SDK calls another path, or with another HTTP method"),
    (RustRule::ParameterTravelsAs, "run-parameter-travels-as", Bump::None, "the same argument is sent under another name"),
    (RustRule::VersionSent, "run-version-sent", Bump::None, "the server answers in another version, and may behave otherwise"),
    (RustRule::RepeatChanged, "run-repeat-changed", Bump::None, "after a lost reply the SDK does what it did not do before"),
    (RustRule::ArgumentsMoved, "run-arguments-moved", Bump::None, "arguments of one type have changed places: the wrapper compiles and passes the wrong ones"),
    (RustRule::HandWrittenStays, "run-hand-written-stays", Bump::None, "nothing is generated for this schema; a person must follow"),
];

impl RustRule {
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
#[must_use]
pub fn explain(id: &str) -> Option<String> {
    let (_, id, bump, reason) = TABLE.iter().find(|(_, other, ..)| *other == id)?;
    let seen = if id.starts_with("run-") { "at run time only" } else { "by the compiler" };
    Some(format!("{id}: of the Rust API, seen {seen}\n  bump      {}\n  because   {reason}\n", bump.name()))
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
            // An id means one rule, whichever table it is from.
            assert!(openapi_diff::rules::explain(id).is_none(), "{id}");
            assert!(explain(id).is_some_and(|text| text.starts_with(&format!("{id}: "))), "{id}");
        }
        assert_eq!(TABLE.len(), RustRule::HandWrittenStays as usize + 1);
    }
}
