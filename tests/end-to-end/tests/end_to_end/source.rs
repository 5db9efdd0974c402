//! The source side: linking, link status, unlinking, with its own API key.

use atlas_emulator::{CannedResponse, Effect, Emulator};
use atlas_migration_sdk::{
    Error, ErrorKind, LinkStatus, LinkToken, NoRetry, Secret, SourceManager, SourceOrg,
};

use crate::common::{bearer, org};

pub(crate) fn source(emulator: &Emulator) -> SourceOrg {
    let (public, private) = emulator.source_manager_api_key();
    let builder = SourceManager::ops_manager(emulator.source_manager_url(), public, Secret::new(private));
    builder
        .configure(|builder| builder.retry(NoRetry))
        .build()
        .unwrap()
        .org(emulator.source_org_id().parse().unwrap())
}

#[tokio::test]
async fn source_is_linked_and_unlinked() {
    let emulator = Emulator::start().await.unwrap();
    let (source, org) = (source(&emulator), org(&emulator, &bearer(&emulator)));
    assert_eq!(source.status().await.unwrap(), LinkStatus::NotSynced);
    let token = org.create_link_token([]).await.unwrap();
    assert!(org.available_projects().await.unwrap().is_empty());
    assert_eq!(source.link(&token).await.unwrap(), LinkStatus::Synced);
    assert_eq!(source.status().await.unwrap(), LinkStatus::Synced);
    assert!(!org.available_projects().await.unwrap().is_empty());
    source.unlink().await.unwrap();
    assert_eq!(source.status().await.unwrap(), LinkStatus::NotSynced);

    let requests = emulator.requests();
    let sent: Vec<_> = requests.iter().filter(|request| request.target.contains("/liveExport/")).collect();
    let line = format!("/api/public/v1.0/orgs/{}/liveExport/migrationLink", emulator.source_org_id());
    let link = sent.iter().find(|request| request.method == "POST").unwrap();
    assert_eq!(
        (link.target.as_str(), link.header("accept"), link.header("content-type")),
        (line.as_str(), Some("application/json"), Some("application/json"))
    );
    assert_eq!(link.body, format!(r#"{{"linkToken":"{}"}}"#, token.expose_secret()));
    // One challenge for all requests.
    assert_eq!(sent.iter().filter(|request| request.status == 401).count(), 1);
}

#[tokio::test]
async fn unknown_source_organization_is_not_found() {
    let emulator = Emulator::start().await.unwrap();
    let (public, private) = emulator.source_manager_api_key();
    let url = emulator.source_manager_url();
    let source = SourceManager::ops_manager(url, public, Secret::new(private)).build().unwrap();
    let error = source.org("000000000000000000000000".parse().unwrap()).status().await.unwrap_err();
    assert!(error.is_not_found());
    assert!(
        error.to_string().ends_with("Check the ids and the URL of Cloud Manager or Ops Manager"),
        "{error}"
    );
}

#[tokio::test]
async fn source_is_linked_over_http_to_another_host_after_an_explicit_choice() {
    let emulator = Emulator::start().await.unwrap();
    let token = org(&emulator, &bearer(&emulator)).create_link_token([]).await.unwrap();
    // A name of this machine that the library cannot recognize as such.
    let address: std::net::SocketAddr =
        emulator.source_manager_url().trim_start_matches("http://").parse().unwrap();
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .resolve("ops.internal", address)
        .build()
        .unwrap();
    let (public, private) = emulator.source_manager_api_key();
    let builder = || {
        let url = format!("http://ops.internal:{}", address.port());
        let builder = SourceManager::ops_manager(url, public, Secret::new(private));
        builder.configure(|builder| builder.http_client(http.clone()))
    };
    assert_eq!(builder().build().unwrap_err().kind(), ErrorKind::Configuration);
    let source_manager = builder().allow_unencrypted_link_token().build().unwrap();
    let source = source_manager.org(emulator.source_org_id().parse().unwrap());
    assert_eq!(source.link(&token).await.unwrap(), LinkStatus::Synced);
    let requests = emulator.requests();
    let sent: Vec<_> = requests.iter().filter(|request| request.target.contains("/liveExport/")).collect();
    assert_eq!(sent.len(), 2, "one for the challenge");
    for request in sent {
        assert_eq!(request.header("host"), Some(format!("ops.internal:{}", address.port()).as_str()));
        assert!(request.header("authorization").is_none_or(|value| value.starts_with("Digest ")));
    }
}

#[tokio::test]
async fn link_deleted_in_atlas_is_not_synced() {
    let emulator = Emulator::start().await.unwrap();
    let (source, org) = (source(&emulator), org(&emulator, &bearer(&emulator)));
    source.link(&org.create_link_token([]).await.unwrap()).await.unwrap();
    org.delete_link_tokens().await.unwrap();
    assert_eq!(source.status().await.unwrap(), LinkStatus::NotSynced);
}

#[tokio::test]
async fn errors() {
    let emulator = Emulator::start().await.unwrap();
    let error = source(&emulator).link(&LinkToken::new("planted-token")).await.unwrap_err();
    assert!(error.status().is_some_and(|status| (400..500).contains(&status)));
    assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
    assert!(!emulator.effects().iter().any(|effect| matches!(effect, Effect::SourceLinked(_))));

    // Cloud Manager does not accept the API key of Atlas.
    let (public, private) = emulator.api_key();
    let wrong = SourceManager::ops_manager(emulator.source_manager_url(), public, Secret::new(private))
        .build()
        .unwrap();
    let error: Error = wrong.org(emulator.source_org_id().parse().unwrap()).status().await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert!(error.to_string().starts_with("getMigrationLinkStatus failed: 401"), "{error}");
}

#[tokio::test]
async fn errors_name_the_settings_of_the_source() {
    let emulator = Emulator::start().await.unwrap();
    let (public, private) = emulator.source_manager_api_key();
    let status = |url: &str, private: &str| {
        let builder = SourceManager::ops_manager(url, public, Secret::new(private));
        let manager = builder.configure(|builder| builder.retry(NoRetry)).build()?;
        Ok::<_, Error>(manager.org(emulator.source_org_id().parse().unwrap()).status())
    };
    let url = emulator.source_manager_url();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut errors = vec![
        (
            status(&closed, private).unwrap().await.unwrap_err(),
            "Check the URL of Cloud Manager or Ops Manager, the network and the proxy",
        ),
        (
            status(url, "planted").unwrap().await.unwrap_err(),
            "Check the public key and the private key of the source, and that the key still exists (Cloud Manager or Ops \
             Manager, not Atlas)",
        ),
        (status("planted", private).err().unwrap(), "the URL of Cloud Manager or Ops Manager is invalid"),
    ];
    let denied = r#"{"error":403,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":["203.0.113.9"]}"#;
    for (response, part) in [
        (
            CannedResponse::new(200).header("Content-Type", "text/html").body("<html>"),
            "(the login page of a network), and the URL of Cloud Manager or Ops Manager",
        ),
        (
            CannedResponse::new(403).body(denied),
            "Add 203.0.113.9 to the API access list of the API key (Cloud Manager or Ops Manager, not Atlas)",
        ),
    ] {
        emulator.override_next(response.on_source_manager());
        errors.push((status(url, private).unwrap().await.unwrap_err(), part));
    }
    for (error, part) in errors {
        let text = error.to_string();
        assert!(text.contains(part) && !text.contains("base URL") && !text.contains("planted"), "{text}");
    }
}

#[tokio::test]
async fn unknown_states_are_kept() {
    let emulator = Emulator::start().await.unwrap();
    let source = source(&emulator);
    source.status().await.unwrap();
    emulator.override_next(CannedResponse::new(200).body(r#"{"status":"SYNCING"}"#).on_source_manager());
    assert_eq!(source.status().await.unwrap(), LinkStatus::Unknown("SYNCING".to_owned()));
    emulator.override_next(CannedResponse::new(200).body("[]").on_source_manager());
    assert_eq!(source.status().await.unwrap_err().kind(), ErrorKind::ForeignResponse);
    let page = CannedResponse::new(200).header("Content-Type", "text/html").body("<html>");
    emulator.override_next(page.on_source_manager());
    let error = source.unlink().await.unwrap_err();
    assert!(error.kind() == ErrorKind::ForeignResponse && error.may_have_taken_effect(), "{error}");
}

#[tokio::test]
async fn link_is_not_retried_after_a_lost_response() {
    use atlas_emulator::{Fault, FaultKind};
    let emulator = Emulator::start().await.unwrap();
    let (source, org) = (source(&emulator), org(&emulator, &bearer(&emulator)));
    let token = org.create_link_token([]).await.unwrap();
    source.status().await.unwrap();
    emulator.inject(Fault::new(FaultKind::ResetAfterEffect).on_source_manager());
    let error = source.link(&token).await.unwrap_err();
    assert!(error.may_have_taken_effect());
    assert_eq!(source.status().await.unwrap(), LinkStatus::Synced);
}

#[test]
fn url_with_the_path_of_the_api_is_refused_with_the_fix() {
    for end in ["/api/public/v1.0", "/api/public/v1.0/", "/prefix/api/public"] {
        let url = format!("https://ops.example.com:8443{end}");
        let error = SourceManager::ops_manager(url, "public", "private").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("remove /api/public"), "{error}");
    }
}
