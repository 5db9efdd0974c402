//! The schemas that hand-written types replace are there.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Report};
use openapi_fragment::pointer::Path;

use super::Known;

static REPLACEMENT_WITHOUT_SCHEMA: Rule = Rule {
    id: "replacement-without-schema",
    message: "a replacement is configured for the schema `{name}`, which does not exist",
    help: "correct the name in xtask/generate/src/generator.rs, or add the schema",
};

pub(super) fn check(known: &Known<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let schemas = Path::root().member("components").member("schemas");
    for name in known.id_types.iter().chain(known.replacements) {
        if context.nodes.component("schemas", name).is_none() {
            report.add(&schemas, REPLACEMENT_WITHOUT_SCHEMA.violation(&[("name", name)]));
        }
    }
}
