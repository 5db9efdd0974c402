//! The SDK's digest authentication against web servers of other people, by the requests in their access logs: Apache
//! httpd's mod_auth_digest, and the authenticator of Tomcat.
//!
//! If a server is not installed, its tests print that and pass; with `ATLAS_REQUIRE_PEERS=1` they fail.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]

mod apache;
mod server;
mod tomcat;

use atlas_migration_sdk::{Client, Credentials, Error, Org, Secret};
use futures_util::future::join_all;

use server::{Logged, Server};

const USER: &str = "public-key";
const PASSWORD: &str = "private-key";
const REALM: &str = "MMS Public API";
const ORG: &str = "4888442a3354817a7320eb61";

fn org(server: &Server, password: &str) -> Org {
    let client = Client::builder()
        .base_url(server.base_url())
        .credentials(Credentials::api_key(USER, Secret::new(password)))
        .build()
        .unwrap();
    client.org(ORG.parse().unwrap())
}

/// Makes the call with this number: every second one has a body, every fourth one a query, which digest covers too.
async fn call(org: &Org, number: usize) -> Result<(), Error> {
    if number.is_multiple_of(2) {
        let token = org.create_link_token(["203.0.113.7".parse().unwrap()]);
        let token = token.pretty(number.is_multiple_of(4)).await?;
        assert_eq!(token.expose_secret(), "made-behind-a-web-server");
    } else {
        assert!(org.available_projects().await?.is_empty());
    }
    Ok(())
}

/// 64 callers make this many calls each. None of the calls fails.
async fn join_64_callers(org: &Org, calls: usize) {
    let callers = (0..64).map(|caller| {
        let org = org.clone();
        tokio::spawn(async move {
            for number in 0..calls {
                call(&org, caller + number).await.unwrap();
            }
        })
    });
    for result in join_all(callers).await {
        result.unwrap();
    }
}

#[track_caller]
fn assert_count(log: &[Logged], method: &str, status: u16, times: usize) {
    let found = log.iter().filter(|line| line.method == method && line.status == status).count();
    assert_eq!(found, times, "{method} {status} in {log:?}");
}
