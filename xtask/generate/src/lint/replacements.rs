//! Checks that the schemas that hand-written types replace exist.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Report};
use openapi_fragment::pointer::Path;

use super::Requirements;

static REPLACEMENT_WITHOUT_SCHEMA: Rule = Rule {
    id: "replacement-without-schema",
    message: "the schema `{name}`, which a hand-written type replaces, does not exist",
    help: "correct the name in xtask/generate/src/generator.rs, or add the schema",
};

pub(super) fn check(requirements: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let schemas = Path::root().member("components").member("schemas");
    for name in requirements.id_types.iter().chain(requirements.replacements) {
        if context.nodes.component("schemas", name).is_none() {
            report.add(&schemas, REPLACEMENT_WITHOUT_SCHEMA.violation(&[("name", name)]));
        }
    }
}
