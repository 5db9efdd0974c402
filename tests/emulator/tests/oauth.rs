//! The token endpoint, revocation, and the lifetime of a token.

use std::time::Duration;

use atlas_emulator::Effect;
use serde_json::json;

use crate::{Client, Response};

impl Client {
    async fn oauth(&self, endpoint: &str, secret: &str, form: &[(&str, &str)]) -> Response {
        let url = format!("{}/api/oauth/{endpoint}", self.emulator.base_url());
        let id = self.emulator.service_account().0;
        Response::of(self.http.post(url).basic_auth(id, Some(secret)).form(form)).await
    }

    /// Requests a token with the correct secret.
    async fn token(&self) -> Response {
        let secret = self.emulator.service_account().1;
        self.oauth("token", secret, &[("grant_type", "client_credentials")]).await
    }

    async fn is_accepted(&self, token: &str) -> bool {
        let request = self.http.get(self.url("/orgs")).bearer_auth(token);
        Response::of(request.header("Accept", "application/vnd.atlas.2023-01-01+json")).await.status == 200
    }
}

#[tokio::test]
async fn token_is_valid_for_one_hour() {
    let mut client = Client::start().await;
    let response = client.token().await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    let body = response.json();
    assert_eq!((&body["expires_in"], &body["token_type"]), (&json!(3600), &json!("Bearer")));
    client.token = body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
    assert_eq!(client.emulator.effects(), [Effect::AccessTokenIssued]);
    client.emulator.advance(Duration::from_secs(3590));
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
    client.emulator.advance(Duration::from_secs(10));
    let rejected = client.call("GET", "/orgs").await;
    assert_eq!(rejected.status, 401);
    assert_eq!(rejected.json()["errorCode"], json!(null), "a 401 without a code");
}

#[tokio::test]
async fn invalid_token_requests_get_oauth_errors() {
    let client = Client::start().await;
    let secret = client.emulator.service_account().1;
    for (secret, form, status, error) in [
        ("wrong", ("grant_type", "client_credentials"), 401, "invalid_client"),
        (secret, ("grant_type", "password"), 400, "unsupported_grant_type"),
        (secret, ("grant", "client_credentials"), 400, "invalid_request"),
    ] {
        let response = client.oauth("token", secret, &[form]).await;
        assert_eq!((response.status, &response.json()["error"]), (status, &json!(error)));
    }
    let url = format!("{}/api/oauth/token", client.emulator.base_url());
    assert_eq!(
        Response::of(client.http.post(&url)).await.json()["error"],
        "invalid_client",
        "no credentials"
    );
    assert_eq!(Response::of(client.http.get(&url)).await.header("allow"), Some("POST"));
}

#[tokio::test]
async fn token_endpoint_accepts_ten_requests_per_minute() {
    for (builder, retry_after) in [
        (atlas_emulator::Emulator::builder(), None),
        (atlas_emulator::Emulator::builder().token_retry_after(true), Some("45")),
    ] {
        let client = Client::of(builder.time_scale(0.0).start().await.unwrap());
        for _ in 0..10 {
            assert_eq!(client.token().await.status, 200);
        }
        client.emulator.advance(Duration::from_secs(15));
        let rejected = client.token().await;
        rejected.assert_error(429, "RATE_LIMITED");
        assert_eq!(rejected.json()["parameters"], json!(["/api/oauth/token", 10, 1]));
        assert_eq!(rejected.header("retry-after"), retry_after);
        client.emulator.advance(Duration::from_secs(45));
        assert_eq!(client.token().await.status, 200);
    }
}

#[tokio::test]
async fn at_most_one_hundred_tokens_are_active() {
    let client = Client::start().await;
    // The client has one already.
    for _ in 0..99 {
        let _ = client.emulator.access_token();
    }
    let rejected = client.token().await;
    assert_eq!((rejected.status, &rejected.json()["error"]), (403, &json!("access_denied")));
    client.emulator.expire_tokens();
    assert_eq!(client.token().await.status, 200);
}

#[tokio::test]
async fn revoked_token_is_rejected() {
    let client = Client::start().await;
    let (other, secret) = (client.emulator.access_token(), client.emulator.service_account().1);
    let form = [("token", client.token.as_str()), ("token_type_hint", "access_token")];
    assert_eq!(client.oauth("revoke", "wrong", &form).await.status, 401);
    assert!(client.is_accepted(&client.token).await);
    assert_eq!(client.oauth("revoke", secret, &form).await.status, 200);
    assert!(!client.is_accepted(&client.token).await);
    assert!(client.is_accepted(&other).await);
    assert_eq!(client.oauth("revoke", secret, &form).await.status, 200, "again");
    client.emulator.revoke_all_tokens();
    assert!(!client.is_accepted(&other).await);
}

#[tokio::test]
async fn expired_secret_is_rejected() {
    let lifetime = Duration::from_secs(100);
    let builder = atlas_emulator::Emulator::builder().time_scale(0.0).secret_lifetime(lifetime);
    let client = Client::of(builder.start().await.unwrap());
    client.emulator.advance(Duration::from_secs(99));
    assert_eq!(client.token().await.status, 200);
    client.emulator.advance(Duration::from_secs(1));
    let rejected = client.token().await;
    assert_eq!((rejected.status, &rejected.json()["error"]), (401, &json!("invalid_client")));
    assert_eq!(rejected.json()["error_description"], "The client secret has expired.");
    assert!(client.is_accepted(&client.token).await, "the tokens stay valid");
    client.emulator.set_secret_expired(false);
    assert_eq!(client.token().await.status, 200);
    client.emulator.set_secret_expired(true);
    assert_eq!(client.token().await.status, 401);
}
