//! Workflows on a real server, with the workers in this process.

mod histories;
mod support;

use atlas_migration_sdk::flow::{Action, End, Question};

use crate::messages::{Decision, DecisionKind, FleetView, LedgerState};
use histories::replay;
use support::{Setting, World};

fn assert_complete(view: &FleetView) {
    for (name, entry) in &view.ledger {
        assert!(matches!(entry.state, LedgerState::Ended(End::Complete)), "{name}: {entry:?}");
    }
}

fn by(name: &str, kind: DecisionKind) -> Decision {
    Decision { by: name.to_owned(), kind }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_migrations_on_two_hosts_run_to_their_ends() {
    let Some(world) = World::start(Setting { hosts: 2, migrations: 3, ..Setting::default() }).await else {
        return;
    };
    world.add_all().await;
    assert_complete(&world.answer_until_end().await);
    world.assert_each_effect_once();
    for (id, history) in world.histories().await {
        replay(history).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_must_fit() {
    let Some(world) = World::start(Setting::default()).await else { return };
    world.add_all().await;
    let view = world.wait_for_question("m0").await;
    let Some(Question::Approve(approval)) = view.question else { panic!("{view:?}") };
    let approve = |action, plan_hash| DecisionKind::Approve { action, plan_hash, expires: None };
    let cases = [
        (by("eve", approve(Action::CutOver, approval.plan_hash)), "eve may not decide"),
        (
            by("ada", approve(Action::DropDestinationData, approval.plan_hash)),
            "the migration asks to cut over",
        ),
        (by("ada", DecisionKind::Resume {}), "hold"),
        (
            by("ada", DecisionKind::Abandon { reason: "x".to_owned(), host_is_free: false }),
            "the host is free",
        ),
    ];
    for (decision, reason) in cases {
        let rejection = world.decide("m0", decision).await.unwrap_err();
        assert!(rejection.contains(reason), "{rejection}");
    }
    world.decide("m0", by("ada", approve(Action::CutOver, approval.plan_hash))).await.unwrap();
    let second =
        world.decide("m0", by("ada", approve(Action::CutOver, approval.plan_hash))).await.unwrap_err();
    eprintln!("{second}");
    assert_complete(&world.answer_until_end().await);
    world.assert_each_effect_once();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_fleet_begins_no_step() {
    let Some(world) = World::start(Setting::default()).await else { return };
    world.start_fleet().await;
    assert!(world.pause(Some("change freeze")).await.is_some());
    world.add_all().await;
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    assert!(
        world.emulator.effects().iter().all(|effect| *effect == atlas_emulator::Effect::AccessTokenIssued)
    );
    assert!(world.pause(None).await.is_none());
    assert_complete(&world.answer_until_end().await);
    world.assert_each_effect_once();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_faults_each_effect_happens_once() {
    let setting = Setting { hosts: 4, migrations: 8, faults: 20, drop_data: true, ..Setting::default() };
    let Some(world) = World::start(setting).await else { return };
    world.add_all().await;
    assert_complete(&world.answer_until_end().await);
    world.assert_each_effect_once();
    for (id, history) in world.histories().await {
        replay(history).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    }
}

/// Each wait has one poll. A poll that nobody waits for any more would go on until the migration ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_first_ends_the_poll_beside_it() {
    let setting = Setting { verify: Some("sleep 3"), ..Setting::default() };
    let Some(world) = World::start(setting).await else { return };
    world.add_all().await;
    let view = world.wait_for_question("m0").await;
    assert!(matches!(view.question, Some(Question::Approve(_))), "{view:?}");
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(world.pending_activities("m0").await, ["AtlasWatch"]);
    assert_complete(&world.answer_until_end().await);
    world.assert_each_effect_once();
}
