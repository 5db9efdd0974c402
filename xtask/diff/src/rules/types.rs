//! Types of values: `type`, `format` and `nullable`.

use super::{Change as C, DIFFERENT, Holder, NO_EFFECT, RulePair, example, narrowing, pair, rule, single};

pub(super) const PAIRS: &[RulePair] = &[
    single(
        rule(C::TypeChanged, "type-changed", "the type changed", DIFFERENT),
        example(Holder::Schema, "{type: string}", "{type: boolean}"),
    ),
    narrowing(
        (C::TypeNarrowed, "type-narrowed", "the type became narrower"),
        (C::TypeWidened, "type-widened", "the type became wider"),
        "{type: number}",
        "{type: integer}",
    ),
    narrowing(
        (C::UnionNarrowed, "union-narrowed", "the union has fewer types"),
        (C::UnionWidened, "union-widened", "the union has more types"),
        "{oneOf: [{type: string}, {type: integer}]}",
        "{type: string}",
    ),
    single(
        rule(C::FormatChanged, "format-changed", "the format changed", DIFFERENT),
        example(Holder::Schema, "{type: string, format: uuid}", "{type: string, format: uri}"),
    ),
    narrowing(
        (C::FormatSet, "format-set", "a format was set"),
        (C::FormatUnset, "format-unset", "the format was removed"),
        "{type: string}",
        "{type: string, format: uuid}",
    ),
    narrowing(
        (C::FormatNarrowed, "format-narrowed", "the format became narrower"),
        (C::FormatWidened, "format-widened", "the format became wider"),
        "{type: integer, format: int64}",
        "{type: integer, format: int32}",
    ),
    pair(
        rule(C::SecretMarked, "secret-marked", "marked as a secret (`format: password`)", NO_EFFECT),
        rule(
            C::SecretUnmarked,
            "secret-unmarked",
            "no longer marked as a secret (`format: password`)",
            NO_EFFECT,
        ),
        example(Holder::Schema, "{type: string}", "{type: string, format: password}"),
    ),
    narrowing(
        (C::NotNullable, "no-longer-nullable", "null is no longer valid"),
        (C::Nullable, "nullable", "null became valid"),
        "{type: string, nullable: true}",
        "{type: string}",
    ),
];
