//! What each operation does: the table of their handlers.

mod available_projects;
mod body;
mod call;
mod link_tokens;
mod migrations;
mod organizations;
mod paging;
mod projects;
mod source;
mod validations;

pub(super) use self::call::Call;
use self::call::Content;
use crate::assumptions;
use crate::http::{ErrorResponse, Response};
use crate::state::State;

type Handler = fn(&mut State, &Call<'_>) -> Result<Content, ErrorResponse>;

/// The handler of each operation, by its published id.
const HANDLERS: &[(&str, Handler)] = &[
    ("listOrgs", organizations::list),
    ("getOrg", organizations::get),
    ("listGroups", projects::list),
    ("createOrgLiveMigrationLinkToken", link_tokens::create),
    ("deleteOrgLiveMigrationLinkTokens", link_tokens::delete),
    ("listOrgLiveMigrationAvailableProjects", available_projects::list),
    ("validateGroupLiveMigrations", validations::start),
    ("getGroupLiveMigrationValidateStatus", validations::get),
    ("createGroupLiveMigration", migrations::start),
    ("getGroupLiveMigration", migrations::get),
    ("cutoverGroupLiveMigration", migrations::cut_over),
];

/// Executes the operation. The response for an operation without a handler is a 501.
pub(super) fn execute(state: &mut State, call: &Call<'_>) -> Result<Response, ErrorResponse> {
    let handler = HANDLERS.iter().find(|(id, _)| *id == call.operation.id);
    let Some((_, handler)) = handler else {
        return Err(assumptions::not_emulated(call.operation).into());
    };
    handler(state, call).map(|content| call.success(content))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use atlas_migration_sdk::operations;

    use super::*;

    #[test]
    fn every_operation_of_the_table_has_a_handler() {
        let handled: BTreeSet<&str> = HANDLERS.iter().map(|(id, _)| *id).collect();
        let operations: BTreeSet<&str> = operations::ALL.iter().map(|operation| operation.id).collect();
        let missing: Vec<_> = operations.difference(&handled).collect();
        assert!(
            missing.is_empty(),
            "the emulator responds with 501 to {missing:?}: add what they do to {}, and to `HANDLERS` in {}",
            "tests/emulator/src/handlers/operations/",
            file!()
        );
        let unknown: Vec<_> = handled.difference(&operations).collect();
        assert!(
            unknown.is_empty(),
            "`HANDLERS` in {} has operations that do not exist: {unknown:?}",
            file!()
        );
        assert_eq!(handled.len(), HANDLERS.len(), "`HANDLERS` in {} has an operation twice", file!());
    }
}
