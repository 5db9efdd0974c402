//! The cases in which ours differs from the peer on purpose, each with its reason.

pub(super) const WAIVERS: &[(&str, &str)] = &[
    (
        "b21183939f",
        "The peer does not look for `deprecated` within a parameter's schema; we look everywhere.",
    ),
    (
        "fd4445c0df",
        "An object that became a list is one edit; the peer also reports each property that went with it.",
    ),
    (
        "b474a6c78b",
        "A list that became an object is one edit; the peer also reports each property that came with it.",
    ),
    (
        "59cb57cda8",
        "`x-extensible-enum` is an extension that nothing here reads: shown as changed, not judged.",
    ),
    (
        "40091aaa9a",
        "Alternatives that were swapped and changed in one go: of two plain ones one went, which the peer takes for changed.",
    ),
    (
        "b2c26e28c8",
        "`application/problem+json` and `application/json` are two media types here: a client asks for one by name.",
    ),
    (
        "8f813a130c",
        "The peer takes every text for right where the body is XML; here the type is what the document says.",
    ),
    (
        "7eaf5f1914",
        "The peer passes over the default of a parameter that must be sent; here the edit is at a component, which does not know who must send it.",
    ),
    (
        "ccdfde1c5e",
        "The peer takes a list of texts in a query for more than one text; here the encodings differ.",
    ),
    (
        "b168ba2f5b",
        "The peer warns of a number in a query that became a text; what is written as a number is a text too, so it loosens.",
    ),
];
