//! What a panic of the caller's own says while a secret is at hand: an `unwrap` on an error, an `unwrap_err` on a
//! value, and code of his that the client calls in the middle of a call.
//!
//! A panic says what `Debug` gives it. What it said is taken from the panic hook, which every panic of the process
//! passes, those that tokio catches included.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use atlas_emulator::MigrationState;
use atlas_migration_sdk::{
    BoxFuture, Clock, LinkToken, Progress, RetryPolicy, RetryState, Secret, SourceManager, operations,
};

use super::Said;
use super::echoes::{ECHO, KINDS, LINK_TOKEN, PASSWORD, credentials, echo, errors, plan, start};
use crate::common::{EACH_CREDENTIAL, builder, org, project};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Everything that a panic of this process has said from the first call of this on.
fn heard() -> Vec<String> {
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

/// Runs what must panic, and returns what its payload says.
#[track_caller]
fn panicking<T>(run: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(run)) else { panic!("it did not panic") };
    let text = payload.downcast::<String>().map(|text| *text);
    text.or_else(|payload| payload.downcast::<&str>().map(|text| (*text).to_owned())).unwrap()
}

/// Every way in which a caller's assumption that a call fails, or succeeds, ends in a panic with its result.
fn assumptions<T: Debug, E: Debug>(said: &mut Said, result: &Result<T, E>) {
    let result = result.as_ref();
    if result.is_err() {
        said.0.push(panicking(|| result.unwrap()));
        said.0.push(panicking(|| result.expect("it should succeed")));
        said.0.push(panicking(|| assert!(result.is_ok(), "{result:?} {result:#?}")));
    } else {
        said.0.push(panicking(|| result.unwrap_err()));
        said.0.push(panicking(|| result.expect_err("it should fail")));
    }
}

#[tokio::test]
async fn an_unwrapped_error_of_every_kind() {
    heard();
    let mut said = Said::default();
    let mut kinds = Vec::new();
    let mut secrets = [PASSWORD, ECHO, LINK_TOKEN].map(str::to_owned).to_vec();
    for kind in EACH_CREDENTIAL {
        let emulator = start().await;
        let (errors, secret) = errors(&emulator, kind).await;
        for error in errors {
            kinds.push(error.kind());
            assumptions(&mut said, &Err::<(), _>(error));
        }
        secrets.extend(emulator.link_tokens());
        secrets.push(secret);
    }
    assert!(KINDS.iter().all(|kind| kinds.contains(kind)), "no error of some kind: {kinds:?}");
    said.0.extend(heard());
    said.holds_none_of(&secrets);
}

#[tokio::test]
async fn an_unwrapped_value() {
    heard();
    let emulator = start().await;
    let mut said = Said::default();
    let mut secrets = [PASSWORD, ECHO, LINK_TOKEN].map(str::to_owned).to_vec();
    for kind in EACH_CREDENTIAL {
        let (credentials, secret) = credentials(&emulator, kind);
        secrets.push(secret);
        let build = || builder(&emulator, kind).credentials(credentials.clone());
        let client = build().build().unwrap();
        let (org, project) = (org(&emulator, &client), project(&emulator, &client));
        assumptions(&mut said, &Ok::<_, ()>(credentials.clone()));
        assumptions(&mut said, &Ok::<_, ()>(build().base_url(format!("https://{ECHO}:{ECHO}@example.com"))));
        assumptions(&mut said, &build().build());
        assumptions(&mut said, &Ok::<_, ()>(org.create_link_token([])));
        assumptions(&mut said, &org.create_link_token([]).await);
        assumptions(&mut said, &org.create_link_token([]).send().await);
        assumptions(&mut said, &Ok::<_, ()>(project.migrate(&plan())));
        assumptions(&mut said, &project.validate(&plan()).await);
        let raw = client.request(&operations::CREATE_GROUP_LIVE_MIGRATION);
        assumptions(&mut said, &Ok::<_, ()>(raw.parameter(ECHO, ECHO).json(&plan())));
    }
    let model = serde_json::json!({
        "groupId": "5f9ad6b7e1c2a3041d0e9b11", "clusterName": "s", "managedAuthentication": false, "ssl": true,
        "username": "u", "password": PASSWORD
    });
    assumptions(
        &mut said,
        &Ok::<_, ()>(serde_json::from_value::<atlas_migration_sdk::model::MigrationSource>(model).unwrap()),
    );
    assumptions(&mut said, &Ok::<_, ()>((plan(), Secret::new(ECHO), LinkToken::new(LINK_TOKEN))));
    let source = SourceManager::ops_manager(emulator.ops_manager_url(), "public", Secret::new(ECHO));
    assumptions(&mut said, &Ok::<_, ()>(&source));
    let source = source.build().map(|source| source.org(emulator.source_org_id().parse().unwrap())).unwrap();
    assumptions(&mut said, &Ok::<_, ()>(source.link(&LinkToken::new(LINK_TOKEN))));
    // The one comparison that a test of the caller's would make.
    said.0.push(panicking(|| assert_eq!(LinkToken::new(LINK_TOKEN), LinkToken::new("another"))));
    secrets.extend(emulator.link_tokens());
    assert!(secrets.len() > 8, "{}", secrets.len());
    said.0.extend(heard());
    said.holds_none_of(&secrets);
}

/// Panics with all that it is told, wherever the client calls it.
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

/// The panic of a task, as whoever waits for the task sees it.
async fn task(said: &mut Said, run: impl Future<Output: Send> + Send + 'static) {
    let Err(error) = tokio::spawn(run).await else { panic!("it did not panic") };
    said.show(&error);
    said.0.push(error.to_string());
}

#[tokio::test]
async fn code_of_the_caller_in_the_middle_of_a_call() {
    heard();
    let emulator = start().await;
    let mut said = Said::default();
    let mut secrets = [PASSWORD, ECHO].map(str::to_owned).to_vec();
    for kind in EACH_CREDENTIAL {
        let (credentials, secret) = credentials(&emulator, kind);
        let build = || builder(&emulator, kind).credentials(credentials.clone());
        let policy = build().retry(Panicking).build().unwrap();
        emulator.override_next(echo(503, &secret));
        let call = org(&emulator, &policy).available_projects();
        task(&mut said, async { call.await.map(drop) }).await;
        emulator.override_next(echo(429, PASSWORD));
        let call = project(&emulator, &policy).migrate(&plan());
        task(&mut said, async { call.await.map(drop) }).await;

        let clock = build().clock(Panicking).retry(atlas_migration_sdk::Backoff::default()).build().unwrap();
        emulator.override_next(echo(503, &secret));
        let call = org(&emulator, &clock).available_projects();
        task(&mut said, async { call.await.map(drop) }).await;

        let watched = emulator.add_migration(MigrationState::working(60)).parse().unwrap();
        let watched = project(&emulator, &policy).migration(watched);
        task(&mut said, async move {
            let observer = |progress: &Progress| panic!("the observer: {progress:?}");
            watched.wait_until_ready(observer).await.map(drop)
        })
        .await;

        // None of it has left a lock behind that would panic, or say more, later.
        for client in [&policy, &clock] {
            // One that no policy is asked about: it may have happened.
            emulator.override_next(echo(500, &secret));
            assumptions(&mut said, &org(&emulator, client).create_link_token([]).await);
        }
        secrets.push(secret);
    }
    secrets.extend(emulator.link_tokens());
    said.0.extend(heard());
    for who in ["the policy", "the clock", "the observer"] {
        assert!(said.0.iter().any(|text| text.contains(who)), "{who} was not heard");
    }
    said.holds_none_of(&secrets);
}
