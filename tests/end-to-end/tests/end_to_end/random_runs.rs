//! A whole migration, a thousand times, each with its own random faults: the result is a success or a typed error that
//! agrees with what happened.

use std::sync::Arc;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, FaultRate};
use atlas_migration_sdk::{Backoff, Error, LinkToken, MigrationJob, Readiness, Secret, SourceManager};

use crate::common::{EACH_CREDENTIAL, SharedClock, builder, org, project};
use crate::operations::plan;

const RUNS: u64 = 1000;
const PERCENT: u8 = 20;

/// How many effects of a kind are in the journal.
fn count(emulator: &Emulator, is_kind: impl Fn(&Effect) -> bool) -> usize {
    emulator.effects().iter().filter(|effect| is_kind(effect)).count()
}

/// Checks that the result agrees with what happened.
#[track_caller]
fn assert_agrees<T>(result: &Result<T, Error>, happened: usize, what: &str) {
    match result {
        Ok(_) => assert_eq!(happened, 1, "{what} succeeded"),
        Err(error) if error.may_have_taken_effect() => {
            assert!(happened <= 1, "{what} took effect {happened} times: {error}")
        }
        Err(error) => {
            assert_eq!(happened, 0, "{what} took effect, and the error says that it did not: {error}")
        }
    }
}

/// Links, validates, migrates, cuts over and unlinks. It ends with the first failure.
async fn run(seed: u64, http: &reqwest::Client) -> Result<(), Error> {
    let kind = EACH_CREDENTIAL[(seed % 3) as usize];
    let rate = FaultRate::new(PERCENT, seed).delay(Duration::from_millis(200));
    let emulator = Arc::new(Emulator::builder().time_scale(0.0).fault_rate(rate).start().await.unwrap());
    let clock = || SharedClock::new(&emulator);
    let client = builder(&emulator, kind)
        .retry(Backoff::default().max_attempts(6))
        .http_client(http.clone())
        .attempt_timeout(Duration::from_millis(100))
        .max_response_size(1 << 20)
        .clock(clock())
        .build()
        .unwrap();
    let (public, private) = emulator.source_manager_api_key();
    let source = SourceManager::ops_manager(emulator.source_manager_url(), public, Secret::new(private))
        .configure(|builder| {
            builder
                .http_client(http.clone())
                .attempt_timeout(Duration::from_millis(100))
                .max_response_size(1 << 20)
                .clock(clock())
        })
        .build()
        .unwrap()
        .org(emulator.source_org_id().parse().unwrap());
    let (org, project) = (org(&emulator, &client), project(&emulator, &client));

    let created = org.create_link_token([]).await;
    assert_agrees(
        &created,
        count(&emulator, |effect| matches!(effect, Effect::LinkTokenCreated(_))),
        "create",
    );
    let token: LinkToken = created?;
    source.link(&token).await?;
    org.available_projects().await?;

    let validation = project.validate(&plan()).await;
    assert_agrees(
        &validation,
        count(&emulator, |effect| matches!(effect, Effect::ValidationStarted(_))),
        "validate",
    );
    validation?.wait().await?;

    let started = project.migrate(&plan()).await;
    assert_agrees(
        &started,
        count(&emulator, |effect| matches!(effect, Effect::MigrationStarted(_))),
        "migrate",
    );
    let migration: MigrationJob = started?;
    let Readiness::ReadyForCutover(_) = migration.wait_until_ready(|_| ()).await? else {
        panic!("no other process cuts over");
    };

    let cutover = migration.cut_over().await;
    assert_agrees(
        &cutover,
        count(&emulator, |effect| matches!(effect, Effect::CutoverStarted(_))),
        "cut over",
    );
    cutover?.wait().await?;

    let deleted = org.delete_link_tokens().await;
    assert_agrees(&deleted, count(&emulator, |effect| matches!(effect, Effect::LinkDeleted(_))), "delete");
    deleted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_thousand_runs_with_random_faults() {
    let redirect = reqwest::redirect::Policy::none();
    let http =
        reqwest::Client::builder().redirect(redirect).no_proxy().pool_max_idle_per_host(0).build().unwrap();
    let mut running = tokio::task::JoinSet::new();
    let (mut succeeded, mut failed) = (0, 0);
    let mut note = |ended: Result<Result<(), Error>, tokio::task::JoinError>| match ended {
        Ok(Ok(())) => succeeded += 1,
        Ok(Err(_)) => failed += 1,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    for seed in 0..RUNS {
        if running.len() >= 8 {
            note(running.join_next().await.unwrap());
        }
        let http = http.clone();
        running.spawn(async move {
            let limit = Duration::from_secs(60);
            tokio::time::timeout(limit, run(seed, &http))
                .await
                .unwrap_or_else(|_| panic!("the run {seed} hangs"))
        });
    }
    while let Some(ended) = running.join_next().await {
        note(ended);
    }
    println!("{RUNS} runs under {PERCENT} % faults: {succeeded} succeeded, {failed} ended in a typed error");
    assert_eq!(succeeded + failed, RUNS);
    assert!(succeeded > 0 && failed > 0, "{succeeded} {failed}");
}
