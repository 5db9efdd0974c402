//! Every fault, with every operation and credential: what the caller sees, and how often the request took effect.

use std::time::Duration;

use atlas_emulator::{Effect, Emulator, Fault, FaultKind, MigrationState};
use atlas_migration_sdk::{Backoff, Client, CredentialKind, Error, ErrorKind, Method, Operation, operations};

use crate::common::{EACH_CREDENTIAL, ManualClock, builder, org, project};
use crate::operations::{plan, raw_request};

/// The result of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Success,
    Failure(ErrorKind, Option<u16>),
}

/// What the caller should see: the retry rules of the SDK, implemented independently of it.
fn expected(fault: FaultKind, operation: &Operation, credential: CredentialKind) -> Outcome {
    use Outcome::{Failure, Success};
    let status = operation.success.last().copied();
    // A delete is retried, because it is idempotent, but after one that took effect the retry finds nothing.
    let repeated = |executed: bool, failure: Outcome| match (operation.idempotent, operation.method) {
        (true, Method::Delete) if executed => Failure(ErrorKind::Api, Some(404)),
        (true, _) => Success,
        (false, _) => failure,
    };
    match fault {
        // It affects the first connection, which a service account uses for its token and an API key for a challenge.
        FaultKind::ResetOnAccept if credential != CredentialKind::AccessToken => Success,
        FaultKind::ResetOnAccept | FaultKind::ResetBeforeRead | FaultKind::ResetBeforeEffect => {
            repeated(false, Failure(ErrorKind::Transport, None))
        }
        FaultKind::ResetAfterEffect => repeated(true, Failure(ErrorKind::Transport, None)),
        FaultKind::SlowHeaders => repeated(true, Failure(ErrorKind::Timeout, None)),
        // A response without a body has no invalid one, but a 202 may have one that is too large.
        FaultKind::SlowBody
        | FaultKind::TruncatedBody
        | FaultKind::TruncatedChunkedBody
        | FaultKind::InvalidJson
            if !operation.has_response_body =>
        {
            Success
        }
        FaultKind::OversizedBody if status == Some(204) => Success,
        FaultKind::SlowBody => repeated(true, Failure(ErrorKind::Timeout, status)),
        FaultKind::TruncatedBody | FaultKind::TruncatedChunkedBody => {
            repeated(true, Failure(ErrorKind::Transport, status))
        }
        FaultKind::OversizedBody => Failure(ErrorKind::ResponseTooLarge, status),
        FaultKind::InvalidJson => Failure(ErrorKind::InvalidResponse, status),
        FaultKind::BadGatewayBeforeEffect => repeated(false, Failure(ErrorKind::ForeignResponse, Some(502))),
        FaultKind::BadGatewayAfterEffect => repeated(true, Failure(ErrorKind::ForeignResponse, Some(502))),
        FaultKind::EmptyErrorBeforeEffect => repeated(false, Failure(ErrorKind::ForeignResponse, Some(500))),
        FaultKind::EmptyErrorAfterEffect => repeated(true, Failure(ErrorKind::ForeignResponse, Some(500))),
        // A page with 200, whether or not the request was executed.
        FaultKind::ProxyPageBeforeEffect | FaultKind::ProxyPageAfterEffect => {
            Failure(ErrorKind::ForeignResponse, Some(200))
        }
        FaultKind::WrongContentType => Failure(ErrorKind::ForeignResponse, status),
        FaultKind::ServiceUnavailable | FaultKind::ServiceUnavailableRetryAfter => {
            repeated(false, Failure(ErrorKind::Api, Some(503)))
        }
        FaultKind::TooManyRequests | FaultKind::TooManyRequestsRetryAfter | FaultKind::StaleNonce => Success,
        FaultKind::Redirect => Failure(ErrorKind::ForeignResponse, Some(307)),
        FaultKind::ExpiredToken if credential == CredentialKind::AccessToken => {
            Failure(ErrorKind::Api, Some(401))
        }
        FaultKind::ExpiredToken => Success,
        other => panic!("a new fault {other}: add what the caller should see"),
    }
}

/// The state that the operation needs to succeed, and the call itself.
async fn call(emulator: &Emulator, client: &Client, operation: &'static Operation) -> Result<(), Error> {
    let (org, project) = (org(emulator, client), project(emulator, client));
    // Without it, the operations would be rejected or have nothing to show.
    emulator.set_linked(true);
    match operation.id {
        "listOrgs" => client.organizations().page(1).await.map(drop),
        "createOrgLiveMigrationLinkToken" => org.create_link_token([]).await.map(drop),
        "deleteOrgLiveMigrationLinkTokens" => org.delete_link_tokens().await,
        "listOrgLiveMigrationAvailableProjects" => org.available_projects().await.map(drop),
        "createGroupLiveMigration" => project.migrate(&plan()).await.map(drop),
        "validateGroupLiveMigrations" => project.validate(&plan()).await.map(drop),
        "getGroupLiveMigrationValidateStatus" => {
            project.validation(emulator.add_validation().parse().unwrap()).get().await.map(drop)
        }
        "getGroupLiveMigration" => {
            let id = emulator.add_migration(MigrationState::ready());
            project.migration(id.parse().unwrap()).get().await.map(drop)
        }
        "cutoverGroupLiveMigration" => {
            let id = emulator.add_migration(MigrationState::ready());
            project.migration(id.parse().unwrap()).cut_over().await.map(drop)
        }
        // The methods differ only in what they do with arguments and responses.
        _ => raw_request(emulator, client, operation).await.map(drop),
    }
}

async fn check(
    fault: FaultKind,
    operation: &'static Operation,
    credential: CredentialKind,
    http: reqwest::Client,
) {
    let name = format!("{fault} × {} × {credential:?}", operation.id);
    let emulator = Emulator::builder().start().await.unwrap();
    // Short only for the faults that need a timeout: a busy machine must not look like a fault.
    let slow = matches!(fault, FaultKind::SlowHeaders | FaultKind::SlowBody);
    let client = builder(&emulator, credential)
        .retry(Backoff::default())
        .clock(ManualClock::new())
        .http_client(http)
        .attempt_timeout(Duration::from_secs(if slow { 2 } else { 60 }))
        .max_response_size(1 << 20)
        .build()
        .unwrap();
    let injected = Fault::new(fault).body_size(2 << 20);
    let injected = match fault {
        FaultKind::ResetOnAccept => injected,
        _ => injected.on(operation).with_credentials(),
    };
    emulator.inject(injected);
    let result = tokio::time::timeout(Duration::from_secs(100), call(&emulator, &client, operation)).await;
    let result = result.unwrap_or_else(|_| panic!("{name} hangs"));

    let end = match &result {
        Ok(()) => Outcome::Success,
        Err(error) => Outcome::Failure(error.kind(), error.status()),
    };
    let expected = expected(fault, operation, credential);
    // If the connection is closed before the request is written, hyper may notice and use another one, or connecting
    // may already fail.
    let in_time = fault == FaultKind::ResetOnAccept
        && [Outcome::Success, Outcome::Failure(ErrorKind::Connect, None)].contains(&end);
    assert!(end == expected || in_time, "{name}: {result:?}, expected {expected:?}");
    assert_eq!(emulator.faults().len(), 1, "{name}: the fault did not occur");

    let happened = emulator.effects().iter().filter(|effect| **effect != Effect::AccessTokenIssued).count();
    let has_effect = operation.method != Method::Get;
    assert!(happened <= usize::from(has_effect), "{name}: took effect {happened} times");
    match &result {
        Ok(()) => assert_eq!(happened, usize::from(has_effect), "{name}"),
        Err(error) => {
            assert_eq!(error.operation(), Some(operation), "{name}");
            // An error that reports no effect must be correct.
            assert!(happened == 0 || error.may_have_taken_effect(), "{name}: {error}");
            assert!(happened == 0 || !error.was_not_processed(), "{name}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_on_every_operation_with_every_credential() {
    let redirect = reqwest::redirect::Policy::none();
    let http = reqwest::Client::builder().redirect(redirect).no_proxy().build().unwrap();
    let mut cases = tokio::task::JoinSet::new();
    for fault in FaultKind::ALL {
        for operation in operations::ALL {
            for credential in EACH_CREDENTIAL {
                // Several at once: most of the time of a case is waiting.
                if cases.len() >= 16 {
                    cases.join_next().await.unwrap().unwrap();
                }
                cases.spawn(check(fault, operation, credential, http.clone()));
            }
        }
    }
    while let Some(cell) = cases.join_next().await {
        cell.unwrap();
    }
}
