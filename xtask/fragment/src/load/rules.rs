//! The rules of the loader, apart from those of the text of a file.

use crate::Rule;

pub(super) static SYNTAX: Rule = Rule {
    id: "syntax",
    message: "not YAML: {reason}",
    help: "correct the YAML; the error may be a line earlier",
};

pub(super) static EMPTY_FILE: Rule = Rule {
    id: "empty-file",
    message: "the file contains no document",
    help: "write the document, or restore it from version control",
};

pub(super) static SECOND_DOCUMENT: Rule = Rule {
    id: "second-document",
    message: "a second document starts here",
    help: "keep one document: remove `---` and the other documents",
};

pub(super) static TOO_DEEP: Rule = Rule {
    id: "too-deep",
    message: "nested deeper than {limit} levels",
    help: "move the inner schemas to components/schemas, and refer to them",
};

pub(super) static DUPLICATE_KEY: Rule =
    Rule { id: "duplicate-key", message: "duplicate key `{key}`", help: "remove one of the two" };

pub(super) static KEY_NOT_A_STRING: Rule =
    Rule { id: "key-not-a-string", message: "the key `{key}` is not a string", help: "quote it: '{key}'" };

pub(super) static KEY_NOT_SCALAR: Rule =
    Rule { id: "key-not-scalar", message: "the key is not a scalar", help: "write the key as a string" };

pub(super) static MERGE_KEY: Rule = Rule {
    id: "merge-key",
    message: "`<<` is not part of YAML 1.2",
    help: "write out the members, or replace the whole node by an alias or a `$ref`",
};

pub(super) static TAG: Rule = Rule {
    id: "tag",
    message: "the tag `{tag}` is not supported",
    help: "remove the tag; quote the value if it is a string",
};

pub(super) static ALIAS_INSIDE_ITSELF: Rule = Rule {
    id: "alias-inside-itself",
    message: "the alias is inside the node that it refers to",
    help: "use `$ref` for a type that contains itself",
};

// The message omits the number, because it may be a secret.
pub(super) static NUMBER_OUT_OF_RANGE: Rule = Rule {
    id: "number-out-of-range",
    message: "the number does not fit into 64 bits",
    help: "use a 64-bit number, or quote the value if it is a string",
};
