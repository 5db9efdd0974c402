//! The cases in which the result differs from that of oasdiff on purpose, each with the reason, and the cases whose documents
//! are corrected first.

pub(super) const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "b21183939f",
        "oasdiff does not check `deprecated` within the schema of a parameter; this crate checks it everywhere.",
    ),
    ("fd4445c0df", "An object that became a list is one edit; oasdiff also reports each removed property."),
    ("b474a6c78b", "A list that became an object is one edit; oasdiff also reports each added property."),
    ("59cb57cda8", "`x-extensible-enum` is an extension without a rule here, so its change has no effect."),
    (
        "40091aaa9a",
        "Alternatives were swapped and changed at once: one of two plain ones was removed, which oasdiff reports as changed.",
    ),
    (
        "b2c26e28c8",
        "`application/problem+json` and `application/json` are two media types here, because clients request one of them.",
    ),
    ("8f813a130c", "oasdiff accepts every text in an XML body; here the type in the document decides."),
    (
        "7eaf5f1914",
        "oasdiff ignores the default of a required parameter; here the edit is at a component, which parameters may use whether they are required or not.",
    ),
    (
        "ccdfde1c5e",
        "oasdiff treats a list of strings in a query as wider than one string; here they have different encodings.",
    ),
    (
        "b168ba2f5b",
        "oasdiff warns about a number in a query that became a string; every number is also a valid string there, so the type is wider here.",
    ),
    (
        "e92f0668ca",
        "oasdiff reports each schema in `allOf`; here the merged schema decides, and the added schemas change nothing in it.",
    ),
    (
        "ba7ffa56d4",
        "oasdiff reports each schema in `allOf`; here the merged schema decides, and the added schemas change nothing in it.",
    ),
    (
        "5fc46ba2cc",
        "oasdiff reports each schema in `allOf`; here the merged schema decides, and the added schema repeats another one.",
    ),
    (
        "5d05ac8449",
        "oasdiff reports each schema in `allOf`; here the merged schema decides, and the removed schemas change nothing in it.",
    ),
    (
        "6f9cd7ee05",
        "oasdiff reports each schema in `allOf`; here the merged schema decides, which has one more property.",
    ),
    (
        "6d87797dfa",
        "Alternatives with an `enum` each are one `enum` here, because they allow the same values: values were added to it.",
    ),
    (
        "6c7f9028f3",
        "Alternatives with an `enum` each are one `enum` here, because they allow the same values: values were removed from it.",
    ),
    ("e50ee6d205", "A token URL has no meaning in an implicit flow; oasdiff reports that it changed."),
];

/// The edit is in a keyword that does not apply to the type of its schema, such as `maximum` beside `type: string`. It has
/// no effect here, while oasdiff reports it. These cases are compared with a type to which the keyword applies.
pub(super) const WITH_CORRECTED_TYPES: &[&str] = &[
    "8339b5ed82",
    "526f4acba1",
    "cfb8c5726a",
    "42c753e0c5",
    "d9f2037083",
    "45962365b7",
    "0dfdfa3a3b",
    "c6ffdab1b4",
    "71c622e5c3",
    "37b3f44d96",
    "d22be882ff",
    "610e1da60c",
    "de0c86a2fa",
    "51962a8923",
    "44aec03bd6",
    "a712fa62a8",
    "0c44a723b1",
];
