//! Operation ids: unique, and exposed by the wrapper.

use super::{Facts, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for operation in facts.operations {
        let Some(id) = operation.site.text("operationId").filter(|id| !id.trim().is_empty()) else {
            continue;
        };
        if !facts.known.exposed.contains(id) {
            let operation_id = id.to_owned();
            report
                .add(&operation.site.at("operationId"), ProblemKind::NotExposed { operation: operation_id });
        }
        if operation.successes().next().is_none() {
            report.add(&operation.site.path, ProblemKind::NoSuccess);
        }
    }
}
