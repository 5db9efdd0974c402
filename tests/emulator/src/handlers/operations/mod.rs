//! What each operation does: the table of their handlers.

mod available_projects;
mod body;
mod call;
mod link_tokens;
mod migrations;
mod organizations;
mod validations;

pub(super) use self::call::Call;
use self::call::Content;
use crate::assumptions;
use crate::http::{ErrorResponse, Response};
use crate::state::State;

type Handler = fn(&mut State, &Call<'_>) -> Result<Content, ErrorResponse>;

/// The handler of each operation, by its published id.
const HANDLERS: [(&str, Handler); 9] = [
    ("listOrgs", organizations::list),
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
    use super::*;

    #[test]
    fn every_handler_is_of_an_operation_in_the_table() {
        for (id, _) in HANDLERS {
            assert!(atlas_migration_sdk::operations::ALL.iter().any(|operation| operation.id == id), "{id}");
        }
    }
}
