//! The messages of panics in the caller's code while a secret is in memory: `unwrap` on an error, `unwrap_err` on a
//! value, and callbacks that the client calls during a call.
//!
//! A panic message contains `Debug` output. The messages are collected by the panic hook, which is called for every
//! panic of the process, including those that tokio catches.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use atlas_emulator::MigrationState;
use atlas_migration_sdk::{
    BoxFuture, Clock, LinkToken, Progress, RetryPolicy, RetryState, Secret, SourceManager, operations,
};

use super::Output;
use super::echoes::{ECHO, KINDS, LINK_TOKEN, PASSWORD, credentials, echo, errors, plan, start};
use crate::common::{EACH_CREDENTIAL, builder, org, project};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The messages of all panics of this process since the first call of this function.
fn panic_messages() -> Vec<String> {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(panic.to_string());
            before(panic);
        }));
    });
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Runs a function that must panic. Returns the message.
#[track_caller]
fn panicking<T>(run: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(run)) else { panic!("it did not panic") };
    let text = payload.downcast::<String>().map(|text| *text);
    text.or_else(|payload| payload.downcast::<&str>().map(|text| (*text).to_owned())).unwrap()
}

/// Every method of `Result` that panics with its content.
fn unwrap_everything<T: Debug, E: Debug>(output: &mut Output, result: &Result<T, E>) {
    let result = result.as_ref();
    if result.is_err() {
        output.0.push(panicking(|| result.unwrap()));
        output.0.push(panicking(|| result.expect("it should succeed")));
        output.0.push(panicking(|| assert!(result.is_ok(), "{result:?} {result:#?}")));
    } else {
        output.0.push(panicking(|| result.unwrap_err()));
        output.0.push(panicking(|| result.expect_err("it should fail")));
    }
}

#[tokio::test]
async fn unwrapped_errors_of_every_kind() {
    panic_messages();
    let mut output = Output::default();
    let mut kinds = Vec::new();
    let mut secrets = [PASSWORD, ECHO, LINK_TOKEN].map(str::to_owned).to_vec();
    for kind in EACH_CREDENTIAL {
        let emulator = start().await;
        let (errors, secret) = errors(&emulator, kind).await;
        for error in errors {
            kinds.push(error.kind());
            unwrap_everything(&mut output, &Err::<(), _>(error));
        }
        secrets.extend(emulator.link_tokens());
        secrets.push(secret);
    }
    assert!(KINDS.iter().all(|kind| kinds.contains(kind)), "no error of some kind: {kinds:?}");
    output.0.extend(panic_messages());
    output.assert_contains_none_of(&secrets);
}

#[tokio::test]
async fn unwrapped_values() {
    panic_messages();
    let emulator = start().await;
    let mut output = Output::default();
    let mut secrets = [PASSWORD, ECHO, LINK_TOKEN].map(str::to_owned).to_vec();
    for kind in EACH_CREDENTIAL {
        let (credentials, secret) = credentials(&emulator, kind);
        secrets.push(secret);
        let build = || builder(&emulator, kind).credentials(credentials.clone());
        let client = build().build().unwrap();
        let (org, project) = (org(&emulator, &client), project(&emulator, &client));
        unwrap_everything(&mut output, &Ok::<_, ()>(credentials.clone()));
        unwrap_everything(
            &mut output,
            &Ok::<_, ()>(build().base_url(format!("https://{ECHO}:{ECHO}@example.com"))),
        );
        unwrap_everything(&mut output, &build().build());
        unwrap_everything(&mut output, &Ok::<_, ()>(org.create_link_token([])));
        unwrap_everything(&mut output, &org.create_link_token([]).await);
        unwrap_everything(&mut output, &org.create_link_token([]).send().await);
        unwrap_everything(&mut output, &Ok::<_, ()>(project.migrate(&plan())));
        unwrap_everything(&mut output, &project.validate(&plan()).await);
        let raw = client.request(&operations::CREATE_GROUP_LIVE_MIGRATION);
        unwrap_everything(&mut output, &Ok::<_, ()>(raw.parameter(ECHO, ECHO).json(&plan())));
    }
    let document = serde_json::json!({"password": PASSWORD});
    let read = serde_json::from_value::<BTreeMap<String, Secret>>(document).unwrap();
    unwrap_everything(&mut output, &Ok::<_, ()>(read));
    unwrap_everything(&mut output, &Ok::<_, ()>((plan(), Secret::new(ECHO), LinkToken::new(LINK_TOKEN))));
    let source = SourceManager::ops_manager(emulator.source_manager_url(), "public", Secret::new(ECHO));
    unwrap_everything(&mut output, &Ok::<_, ()>(&source));
    let source = source.build().map(|source| source.org(emulator.source_org_id().parse().unwrap())).unwrap();
    unwrap_everything(&mut output, &Ok::<_, ()>(source.link(&LinkToken::new(LINK_TOKEN))));
    // A comparison that a test of a user would make.
    output.0.push(panicking(|| assert_eq!(LinkToken::new(LINK_TOKEN), LinkToken::new("another"))));
    secrets.extend(emulator.link_tokens());
    assert!(secrets.len() > 8, "{}", secrets.len());
    output.0.extend(panic_messages());
    output.assert_contains_none_of(&secrets);
}

/// Callbacks that panic with all of their input.
#[derive(Clone, Copy, Debug)]
struct Panicking;

impl RetryPolicy for Panicking {
    fn next_delay(&self, state: &RetryState<'_>) -> Option<Duration> {
        panic!("the policy: {state:?} {:#?}", state.error)
    }
}

impl Clock for Panicking {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        panic!("the clock: {duration:?}")
    }
}

/// The panic of a task, as `JoinError` shows it.
async fn task(output: &mut Output, run: impl Future<Output: Send> + Send + 'static) {
    let Err(error) = tokio::spawn(run).await else { panic!("it did not panic") };
    output.show(&error);
    output.0.push(error.to_string());
}

#[tokio::test]
async fn panicking_callbacks() {
    panic_messages();
    let emulator = start().await;
    let mut output = Output::default();
    let mut secrets = [PASSWORD, ECHO].map(str::to_owned).to_vec();
    for kind in EACH_CREDENTIAL {
        let (credentials, secret) = credentials(&emulator, kind);
        let build = || builder(&emulator, kind).credentials(credentials.clone());
        let policy = build().retry(Panicking).build().unwrap();
        emulator.override_next(echo(503, &secret));
        let call = org(&emulator, &policy).available_projects();
        task(&mut output, async { call.await.map(drop) }).await;
        emulator.override_next(echo(429, PASSWORD));
        let call = project(&emulator, &policy).migrate(&plan());
        task(&mut output, async { call.await.map(drop) }).await;

        let clock = build().clock(Panicking).retry(atlas_migration_sdk::Backoff::default()).build().unwrap();
        emulator.override_next(echo(503, &secret));
        let call = org(&emulator, &clock).available_projects();
        task(&mut output, async { call.await.map(drop) }).await;

        let watched = emulator.add_migration(MigrationState::working(60)).parse().unwrap();
        let watched = project(&emulator, &policy).migration(watched);
        task(&mut output, async move {
            let observer = |progress: &Progress| panic!("the observer: {progress:?}");
            watched.wait_until_ready(observer).await.map(drop)
        })
        .await;

        // No panic has poisoned a lock.
        for client in [&policy, &clock] {
            // An error that is never retried, because the call may have taken effect. The first call requests a
            // challenge, which has no effect.
            unwrap_everything(&mut output, &org(&emulator, client).available_projects().await);
            emulator.override_next(echo(500, &secret));
            unwrap_everything(&mut output, &org(&emulator, client).create_link_token([]).await);
        }
        secrets.push(secret);
    }
    secrets.extend(emulator.link_tokens());
    output.0.extend(panic_messages());
    for who in ["the policy", "the clock", "the observer"] {
        assert!(output.0.iter().any(|text| text.contains(who)), "{who} is not in the output");
    }
    output.assert_contains_none_of(&secrets);
}
