//! Who may: access lists, and the role that the operation asks for.

use std::net::IpAddr;

use atlas_migration_sdk::Operation;
use hyper::StatusCode;
use serde_json::json;

use crate::config::{Role, Settings};
use crate::error_body::ApiError;
use crate::reply::Refusal;
use crate::unknown;

/// Refuses an address that the access list does not admit.
pub(crate) fn check_address(settings: &Settings, address: IpAddr) -> Result<(), Refusal> {
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

/// Refuses a caller without the role that the operation needs.
pub(crate) fn check_role(settings: &Settings, operation: &Operation) -> Result<(), Refusal> {
    let Some(title) = operation.required_role else { return Ok(()) };
    // A role that only the table knows yet asks for the most.
    let needed = Role::from_title(title).unwrap_or(Role::OrganizationOwner);
    if settings.roles.iter().any(|role| role.includes(needed)) {
        return Ok(());
    }
    Err(unknown::missing_role(needed, settings.missing_role).into())
}
