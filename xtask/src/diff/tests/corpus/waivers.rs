//! The cases in which ours differs from the peer on purpose, each with its reason.

pub(super) const WAIVERS: &[(&str, &str)] = &[
    (
        "a83015d02a",
        "The peer says nothing of a deprecation of what is not stable yet; we say it is deprecated, which has no effect.",
    ),
    (
        "be2ca94a76",
        "The peer says nothing of a deprecation of what is not stable yet; we say it is deprecated, which has no effect.",
    ),
    (
        "55abecc77b",
        "The peer says nothing of a deprecation of what is not stable yet; we say it is deprecated, which has no effect.",
    ),
    (
        "82ce47942d",
        "The peer says nothing of a deprecation of what is not stable yet; we say it is deprecated, which has no effect.",
    ),
    (
        "b21183939f",
        "The peer does not look for `deprecated` within a parameter's schema; we look everywhere.",
    ),
    (
        "36789245e4",
        "The peer takes a number for a special text, as both are text in a query; here they are two types.",
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
        "ee15bdf562",
        "An operation that is new under a path whose variable was renamed has the new path here, the old one there.",
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
        "ad4244d3b3",
        "The peer forgives the removal of a parameter that is not stable yet; Atlas refuses a parameter that it does not know.",
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
];
