//! Access lists and roles.

use std::net::Ipv4Addr;

use atlas_emulator::{Emulator, MigrationState, MissingRole, Role};
use serde_json::json;

use crate::{Client, Response};

#[tokio::test]
async fn request_without_valid_credentials_gets_a_challenge() {
    let client = Client::start().await;
    for authorization in
        [None, Some("Basic YTpi"), Some("Bearer"), Some("Digest"), Some("Digest username"), Some("x")]
    {
        let request = client.http.get(client.url("/orgs"));
        let request = match authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        };
        let response = Response::of(request).await;
        assert_eq!(response.status, 401, "{authorization:?}");
        let challenge = response.header("www-authenticate").unwrap();
        let (start, rest) = challenge.split_once("nonce=\"").unwrap();
        let (nonce, end) = rest.split_once('"').unwrap();
        assert_eq!(start, "Digest realm=\"MMS Public API\", domain=\"\", ");
        assert_eq!(nonce.len(), 32);
        assert_eq!(end, ", algorithm=MD5, qop=\"auth\", stale=false");
        assert_eq!(response.header("x-error-code"), None);
        assert_eq!(response.header("ratelimit-limit"), None);
        assert_eq!(response.json()["errorCode"], "UNEXPECTED_ERROR");
    }
}

#[tokio::test]
async fn access_list_limits_client_addresses() {
    let client = Client::start().await;
    client.emulator.set_access_list(Some(vec!["203.0.113.0/24".parse().unwrap()]));
    let rejected = client.call("GET", "/orgs").await;
    rejected.assert_error(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST");
    assert_eq!(rejected.json()["detail"], "IP address 127.0.0.1 is not allowed to access this resource.");
    client.emulator.set_client_address(Some(Ipv4Addr::new(203, 0, 113, 7).into()));
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
    client.emulator.set_access_list(None);
    client.emulator.set_require_access_list(true);
    let rejected = client.call("GET", "/orgs").await;
    rejected.assert_error(403, "ORG_REQUIRES_ACCESS_LIST");
    assert_eq!(rejected.json()["parameters"], json!(["203.0.113.7"]));
}

#[tokio::test]
async fn operations_require_roles() {
    let client = Client::start().await;
    let migration = client.emulator.add_migration(MigrationState::working(3));
    let path = format!("/groups/{{project}}/liveMigrations/{migration}");
    for (roles, orgs, read, link) in [
        (vec![Role::OrganizationOwner], 200, 200, 201),
        (vec![Role::OrganizationMember], 200, 200, 403),
        (vec![], 200, 403, 403),
    ] {
        client.emulator.set_roles(roles);
        assert_eq!(client.call("GET", "/orgs").await.status, orgs);
        assert_eq!(client.call("GET", &path).await.status, read);
        assert_eq!(
            client.call_with("POST", "/orgs/{org}/liveMigrations/linkTokens", "{}").await.status,
            link
        );
    }
}

#[tokio::test]
async fn missing_role_can_be_a_401() {
    let builder = Emulator::builder().roles([]).missing_role(MissingRole::Unauthorized);
    let client = Client::of(builder.start().await.unwrap());
    let rejected = client.call("DELETE", "/orgs/{org}/liveMigrations/linkTokens").await;
    rejected.assert_error(401, "NOT_ORG_GROUP_CREATOR");
    assert_eq!(rejected.header("www-authenticate"), None);
}
