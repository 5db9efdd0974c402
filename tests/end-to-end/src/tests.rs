//! The output of the demo, without secrets, and the requests that it sends.

use super::*;

/// The secrets of this emulator, which the demo must not show.
fn secrets(emulator: &Emulator, access_token: &str) -> Vec<String> {
    let configured =
        [emulator.service_account().1, emulator.api_key().1, emulator.source_manager_api_key().1];
    let mut secrets: Vec<_> = configured.map(str::to_owned).into();
    secrets.push(access_token.to_owned());
    for request in emulator.requests() {
        // The credential after the scheme: an access token, or the base64 of a service account.
        let sent = request.header("authorization").and_then(|value| value.split_once(' '));
        secrets.extend(sent.map(|(_, credential)| credential.to_owned()));
        // The request to link the source contains the link-token.
        let body = serde_json::from_slice::<serde_json::Value>(&request.body).unwrap_or_default();
        secrets.extend(body["linkToken"].as_str().map(str::to_owned));
    }
    secrets
}

#[track_caller]
fn assert_in_order(mut text: &str, steps: &[&str]) {
    for step in steps {
        let Some((_, after)) = text.split_once(step) else { panic!("`{step}` is not in: {text}") };
        text = after;
    }
}

#[tokio::test]
async fn output_contains_every_step_and_no_secret() {
    let emulator = Emulator::builder()
        .time_scale(20_000.0)
        .service_account("mdb_sa_id_planted00000000000000000", "planted-client-secret")
        .api_key("plantedpub", "planted-private-key")
        .start()
        .await
        .unwrap();
    let access_token = emulator.access_token();
    let mut out = Vec::new();
    run(&emulator, &["203.0.113.7".parse().unwrap()], &mut out).await.unwrap();
    let output = String::from_utf8(out).unwrap();
    let created =
        ["/liveMigrations/linkTokens", r#"{"accessListIps":["203.0.113.7"]}"#, "→ 201", "→ LinkToken"];
    for (name, scheme) in
        [("an access token", "Bearer"), ("an API key", "Digest"), ("a service account", "Bearer")]
    {
        let title = format!("Create a link-token with {name}:");
        let credential = format!("authorization: {scheme} [redacted]");
        assert_in_order(&output, &[&title, created[0], &credential, created[1], created[2], created[3]]);
    }
    assert_in_order(
        &output,
        &[
            "Create a link-token with a service account:",
            "POST /api/oauth/token",
            "authorization: Basic [redacted]",
            "Link the source with it: ",
            "Atlas lists orders in Shop",
            "The plan is valid.",
            "has started.",
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
    assert!(secrets.len() > 10, "the test found too few secrets");
    for secret in secrets {
        assert!(!output.contains(&secret), "`{secret}` is in the output: {output}");
    }
}

/// The output, the number of requests and the link-tokens of a run with these answers.
async fn run_with_answers(answers: Option<&str>) -> (String, usize, Vec<String>) {
    let emulator = Emulator::start().await.unwrap();
    let credentials = Credentials::access_token(Secret::new(emulator.access_token()));
    let client = Client::builder().base_url(emulator.base_url()).credentials(credentials).build().unwrap();
    let mut answers = answers.map(str::as_bytes);
    let answers = answers.as_mut().map(|answers| answers as &mut dyn BufRead);
    let mut out = Vec::new();
    create_after_confirmation(&client, emulator.org_id().parse().unwrap(), &[], answers, &mut out)
        .await
        .unwrap();
    let output = String::from_utf8(out).unwrap();
    for token in emulator.link_tokens() {
        assert!(!output.contains(&token), "{output}");
    }
    (output, emulator.requests().len(), emulator.link_tokens())
}

#[tokio::test]
async fn nothing_is_sent_without_a_confirmation() {
    for answers in [None, Some(""), Some("\n"), Some("no\n"), Some("y\n"), Some("YES\n"), Some("no\nyes\n")] {
        let (output, requests, _) = run_with_answers(answers).await;
        assert_eq!(requests, 0, "{answers:?}: {output}");
        assert!(output.ends_with("Nothing was sent.\n"), "{answers:?}: {output}");
    }
}

#[tokio::test]
async fn deleting_needs_its_own_confirmation() {
    for answers in ["yes\n", "yes\nno\n"] {
        let (output, requests, tokens) = run_with_answers(Some(answers)).await;
        assert_eq!((requests, tokens.len()), (1, 1), "{output}");
        assert_in_order(&output, &["Create it?", "  POST /api/", "→ LinkToken", "The link-token stays.\n"]);
    }
    let (output, requests, tokens) = run_with_answers(Some("yes\nyes\n")).await;
    assert_eq!((requests, tokens.len()), (2, 0), "{output}");
    assert_in_order(&output, &["not only this one", "Delete them?", "  DELETE /api/", "Deleted.\n"]);
}
