//! Rate limits and the maximum body size.

use std::time::Duration;

use atlas_emulator::Emulator;
use serde_json::json;

use crate::Client;

#[tokio::test]
async fn methods_of_a_path_share_a_rate_limit() {
    let builder = Emulator::builder().rate_limit(2, Duration::from_secs(60)).time_scale(0.0);
    let client = Client::of(builder.start().await.unwrap());
    let path = "/orgs/{org}/liveMigrations/linkTokens";
    let first = client.call_with("POST", path, "{}").await;
    assert_eq!((first.status, first.header("ratelimit-remaining")), (201, Some("1")));
    let second = client.call("DELETE", path).await;
    assert_eq!((second.status, second.header("ratelimit-remaining")), (204, Some("0")));
    client.emulator.advance(Duration::from_millis(2500));
    let rejected = client.call_with("POST", path, "{}").await;
    rejected.assert_error(429, "RATE_LIMITED_TOKEN_BUCKET");
    assert_eq!(rejected.header("retry-after"), Some("58"));
    assert_eq!(rejected.header("ratelimit-remaining"), Some("0"));
    let resource = format!("api/atlas/v2/orgs/{}/liveMigrations/linkTokens", client.emulator.org_id());
    assert_eq!(rejected.json()["parameters"], json!([resource, 58, 2, 2, 60]));
    assert_eq!(rejected.json()["detail"], format!("Rate limit exceeded for {resource}."));
    assert_eq!(client.call("GET", "/orgs").await.status, 200, "another bucket");
    client.emulator.advance(Duration::from_secs(58));
    assert_eq!(client.call_with("POST", path, "{}").await.status, 201);
}

#[tokio::test]
async fn unknown_project_has_no_rate_headers() {
    let client = Client::start().await;
    let unknown = client.call("GET", "/groups/{org}/liveMigrations/{org}").await;
    unknown.assert_error(404, "GROUP_NOT_FOUND");
    assert_eq!(unknown.json()["parameters"], json!([client.emulator.org_id()]));
    let other = client.call("GET", "/groups/{project}/liveMigrations/{org}").await;
    for (name, value) in [("ratelimit-limit", "500"), ("ratelimit-remaining", "499")] {
        assert_eq!(unknown.header(name), None, "{name}");
        assert_eq!(other.header(name), Some(value), "the unknown project takes nothing from the rate limit");
    }
}

#[tokio::test]
async fn large_body_is_rejected() {
    let client = Client::start().await;
    let body = format!(r#"{{"accessListIps":["{}"]}}"#, "1".repeat(1 << 20));
    let rejected = client.call_with("POST", "/orgs/{org}/liveMigrations/linkTokens", &body).await;
    rejected.assert_error(413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn journal_keeps_the_last_requests() {
    let client = Client::of(Emulator::builder().journal_capacity(10_000).start().await.unwrap());
    for number in 1..=30 {
        let path = format!("/orgs?pageNum={number}");
        assert_eq!(client.call("GET", &path).await.status, 200);
    }
    let kept = client.emulator.requests();
    assert!((5..20).contains(&kept.len()), "{}", kept.len());
    assert_eq!(client.emulator.dropped_entries(), 30 - kept.len() as u64);
    assert_eq!(kept.last().unwrap().number, 30);
    assert_eq!(kept[0].number, 31 - kept.len() as u64, "the oldest are dropped");
    client.emulator.clear_journal();
    assert_eq!((client.emulator.requests().len(), client.emulator.dropped_entries()), (0, 0));
    // A request that is larger than the journal does not remove the others.
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
    client.call_with("POST", "/orgs/{org}/liveMigrations/linkTokens", &" ".repeat(10_000)).await;
    assert_eq!((client.emulator.requests().len(), client.emulator.dropped_entries()), (1, 1));

    let client = Client::of(Emulator::builder().journal_capacity(0).start().await.unwrap());
    let created = client.call_with("POST", "/orgs/{org}/liveMigrations/linkTokens", "{}").await;
    assert_eq!((created.status, client.emulator.effects().len()), (201, 1), "effects are kept");
    assert_eq!((client.emulator.requests().len(), client.emulator.dropped_entries()), (0, 1));
}
