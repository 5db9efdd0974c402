//! Redirects: not followed, and what an error states after a custom HTTP client has followed one.

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::{Backoff, CredentialKind, ErrorKind};

use crate::common::{EACH_CREDENTIAL, Eager, ManualClock, bearer, builder, org};

#[tokio::test]
async fn redirect_is_not_followed() {
    let elsewhere = Emulator::start().await.unwrap();
    let emulator = Emulator::start().await.unwrap();
    emulator
        .override_next(CannedResponse::new(307).header("Location", &format!("{}/x", elsewhere.base_url())));
    let error = org(&emulator, &bearer(&emulator)).create_link_token([]).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::ForeignResponse, Some(307)));
    assert!(error.may_have_taken_effect(), "{error}");
    assert!(error.to_string().contains("Redirects are not followed"), "{error}");
    assert!(elsewhere.requests().is_empty());
}

/// The first server has the request, and only the second one cannot be reached.
#[tokio::test]
async fn failure_after_a_redirect_followed_by_a_custom_client_proves_nothing() {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let locations =
        ["http://127.0.0.1:1/x", "https://127.0.0.1:1/x", "http://[::1]:1/x", "ftp://127.0.0.1/x", "http://"];
    for kind in EACH_CREDENTIAL {
        for status in [302, 303, 307, 308] {
            for location in locations {
                let name = format!("{kind:?} {status} {location}");
                let emulator = Emulator::start().await.unwrap();
                let client = builder(&emulator, kind).retry(Eager).http_client(http.clone()).build().unwrap();
                let org = org(&emulator, &client);
                org.available_projects().await.unwrap();
                emulator.clear_journal();
                for _ in 0..2 {
                    emulator.override_next(CannedResponse::new(status).header("Location", location));
                }
                let error = org.create_link_token([]).await.unwrap_err();
                assert_eq!(emulator.requests().len(), 1, "{name}: {error}");
                assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{name}: {error}");
                let text = error.to_string();
                assert!(
                    !text.contains("Nothing was sent") && text.to_lowercase().contains("redirect"),
                    "{name}: {text}"
                );
                assert!(
                    text.contains("The operation may have taken effect, and was not repeated"),
                    "{name}: {text}"
                );
            }
        }
    }
}

#[tokio::test]
async fn redirect_followed_by_a_custom_client_is_detected() {
    let elsewhere = Emulator::start().await.unwrap();
    let emulator = Emulator::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let redirect =
        |status| CannedResponse::new(status).header("Location", &format!("{}/x", elsewhere.base_url()));
    for kind in EACH_CREDENTIAL {
        let build = || {
            let builder = builder(&emulator, kind).retry(Backoff::default()).clock(ManualClock::new());
            org(&emulator, &builder.http_client(http.clone()).build().unwrap())
        };
        for status in [302, 307] {
            let org = build();
            // The request for a digest challenge has no credential and no effect.
            let _ = org.available_projects().await;
            emulator.override_next(redirect(status));
            let error = org.create_link_token([]).await.unwrap_err();
            assert_eq!((error.kind(), error.status()), (ErrorKind::Redirected, None), "{kind:?} {status}");
            assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{kind:?} {status}");
            assert!(error.to_string().contains("Policy::none()"), "{error}");
            emulator.override_next(redirect(status));
            let error = org.available_projects().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirected, "{kind:?} {status}");
        }
        if kind == CredentialKind::ServiceAccount {
            emulator.override_next(redirect(307).on_oauth());
            let error = build().create_link_token([]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirected);
            assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{error}");
        }
    }
}
