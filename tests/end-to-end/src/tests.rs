//! What the demo shows, what it keeps to itself, and what it sends.

use super::*;

/// What the demo may not show of this emulator.
fn secrets(emulator: &Emulator, access_token: &str) -> Vec<String> {
    let held = [emulator.service_account().1, emulator.api_key().1, emulator.ops_manager_api_key().1];
    let mut secrets: Vec<_> = held.map(str::to_owned).into();
    secrets.push(access_token.to_owned());
    for request in emulator.requests() {
        // What stands behind the scheme: an access token, or the two halves of a service account in base64.
        let sent = request.header("authorization").and_then(|value| value.split_once(' '));
        secrets.extend(sent.map(|(_, credential)| credential.to_owned()));
        // A link-token goes to the source in a body.
        let body = serde_json::from_slice::<serde_json::Value>(&request.body).unwrap_or_default();
        secrets.extend(body["linkToken"].as_str().map(str::to_owned));
    }
    secrets
}

#[track_caller]
fn shows_in_this_order(mut text: &str, steps: &[&str]) {
    for step in steps {
        let Some((_, after)) = text.split_once(step) else { panic!("`{step}` is not in: {text}") };
        text = after;
    }
}

#[tokio::test]
async fn every_credential_and_every_step_is_shown_and_no_secret() {
    let emulator = Emulator::builder()
        .time_scale(20_000.0)
        .service_account("mdb_sa_id_planted00000000000000000", "planted-client-secret")
        .api_key("plantedpub", "planted-private-key")
        .start()
        .await
        .unwrap();
    let access_token = emulator.access_token();
    let mut out = Vec::new();
    show(&emulator, &["203.0.113.7".parse().unwrap()], &mut out).await.unwrap();
    let said = String::from_utf8(out).unwrap();
    let created =
        ["/liveMigrations/linkTokens", r#"{"accessListIps":["203.0.113.7"]}"#, "→ 201", "→ LinkToken"];
    for (name, scheme) in
        [("an access token", "Bearer"), ("an API key", "Digest"), ("a service account", "Bearer")]
    {
        let title = format!("Create a link-token with {name}:");
        let credential = format!("authorization: {scheme} [redacted]");
        shows_in_this_order(&said, &[&title, created[0], &credential, created[1], created[2], created[3]]);
    }
    shows_in_this_order(
        &said,
        &[
            "Create a link-token with a service account:",
            "POST /api/oauth/token",
            "authorization: Basic [redacted]",
            "Enter it on the source's side: ",
            "Atlas now sees orders in Shop",
            "The plan is valid.",
            "has begun.",
            " s behind",
            "It has caught up",
            "Complete:",
            "DELETE /api/atlas/v2/orgs/",
            "→ 204",
            "POST /api/oauth/revoke",
            "Done: three link-tokens, one migration",
        ],
    );
    let secrets = secrets(&emulator, &access_token);
    assert!(secrets.len() > 10, "the test has found too little to look for");
    for secret in secrets {
        assert!(!said.contains(&secret), "`{secret}` was shown: {said}");
    }
}

/// What the demo says and which effects it has where its questions get these answers.
async fn answered(answers: Option<&str>) -> (String, usize, Vec<String>) {
    let emulator = Emulator::start().await.unwrap();
    let credentials = Credentials::access_token(Secret::new(emulator.access_token()));
    let client = Client::builder().base_url(emulator.base_url()).credentials(credentials).build().unwrap();
    let mut answers = answers.map(str::as_bytes);
    let answers = answers.as_mut().map(|answers| answers as &mut dyn BufRead);
    let mut out = Vec::new();
    ask_and_create(&client, emulator.org_id().parse().unwrap(), &[], answers, &mut out).await.unwrap();
    let said = String::from_utf8(out).unwrap();
    for token in emulator.link_tokens() {
        assert!(!said.contains(&token), "{said}");
    }
    (said, emulator.requests().len(), emulator.link_tokens())
}

#[tokio::test]
async fn nothing_is_sent_without_a_yes() {
    for answers in [None, Some(""), Some("\n"), Some("no\n"), Some("y\n"), Some("YES\n"), Some("no\nyes\n")] {
        let (said, requests, _) = answered(answers).await;
        assert_eq!(requests, 0, "{answers:?}: {said}");
        assert!(said.ends_with("Nothing was sent.\n"), "{answers:?}: {said}");
    }
}

#[tokio::test]
async fn a_yes_to_creating_is_none_to_deleting() {
    for answers in ["yes\n", "yes\nno\n"] {
        let (said, requests, tokens) = answered(Some(answers)).await;
        assert_eq!((requests, tokens.len()), (1, 1), "{said}");
        shows_in_this_order(&said, &["Create it?", "  POST /api/", "→ LinkToken", "The link-token stays.\n"]);
    }
    let (said, requests, tokens) = answered(Some("yes\nyes\n")).await;
    assert_eq!((requests, tokens.len()), (2, 0), "{said}");
    shows_in_this_order(&said, &["not only this one", "Delete them?", "  DELETE /api/", "Deleted.\n"]);
}
