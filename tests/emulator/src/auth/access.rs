//! Authorization: access lists, and the role that an operation requires.

use std::net::IpAddr;

use atlas_migration_sdk::Operation;
use hyper::StatusCode;
use serde_json::json;

use crate::assumptions;
use crate::http::ErrorResponse;
use crate::state::Settings;
use crate::values::{ApiError, Role};

/// Rejects an address that is not on the access list.
pub(crate) fn check_address(settings: &Settings, address: IpAddr) -> Result<(), ErrorResponse> {
    let forbidden = StatusCode::FORBIDDEN;
    match &settings.access_list {
        Some(list) if list.iter().any(|network| network.contains(&address)) => Ok(()),
        Some(_) => {
            let detail = format!("IP address {address} is not allowed to access this resource.");
            let error = ApiError::new(forbidden, "IP_ADDRESS_NOT_ON_ACCESS_LIST", detail);
            Err(error.parameters([json!(address)]).into())
        }
        None if settings.require_access_list => {
            let detail = "This organization requires access through an access list of ip ranges.";
            let error = ApiError::new(forbidden, "ORG_REQUIRES_ACCESS_LIST", detail);
            Err(error.parameters([json!(address)]).into())
        }
        None => Ok(()),
    }
}

/// Rejects a credential without the role that the operation requires.
pub(crate) fn check_role(settings: &Settings, operation: &Operation) -> Result<(), ErrorResponse> {
    let Some(title) = operation.required_role else { return Ok(()) };
    // A role without a variant here needs the most permissions.
    let required = Role::from_title(title).unwrap_or(Role::OrganizationOwner);
    if settings.roles.iter().any(|role| role.includes(required)) {
        return Ok(());
    }
    Err(assumptions::missing_role(required, settings.missing_role).into())
}
