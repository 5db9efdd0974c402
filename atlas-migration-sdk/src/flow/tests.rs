//! The form of the journal, and what is derived from it.

use std::time::Duration;

use super::*;
use crate::values::timestamp::Timestamp;

/// A journal with every kind of event. Journals are kept for years: a line here may be added and never changed.
const JOURNAL: &str = include_str!("golden/journal.jsonl");

/// The summary of that journal.
const SUMMARY: &str = include_str!("golden/summary.json");

/// Events that no single journal can have beside those.
const OTHERS: &str = include_str!("golden/others.jsonl");

fn events(text: &str) -> Vec<Event> {
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn a_journal_stays_readable() {
    let journal = events(JOURNAL);
    let flow = Flow::resume(&journal).unwrap();
    assert_eq!(flow.next(), Command::End(End::Complete));
    for line in JOURNAL.lines().chain(OTHERS.lines()) {
        assert_eq!(line.parse::<Event>().unwrap().to_string(), line);
    }
    let kinds = events(JOURNAL).into_iter().chain(events(OTHERS)).map(|event| event.kind.name());
    let found: std::collections::BTreeSet<_> = kinds.collect();
    let all: std::collections::BTreeSet<_> = event::KINDS.iter().copied().collect();
    assert_eq!(found, all, "the golden files have each kind of event");
}

#[test]
fn a_journal_of_a_newer_minor_version_is_readable() {
    for line in JOURNAL.lines().chain(OTHERS.lines()) {
        // Fields that this version does not know, of the event and of its kind.
        let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
        event["new"] = 1.into();
        let (_, kind) = event["event"].as_object_mut().unwrap().iter_mut().next().unwrap();
        kind["new"] = serde_json::json!({"a": [1]});
        assert_eq!(event.to_string().parse::<Event>().unwrap(), line.parse().unwrap());
    }
}

#[test]
fn events_that_cannot_be_read_are_explained() {
    let line = r#"{"version":1,"at":"2026-11-28T08:00:00.000Z","by":{"person":"ada"},"event":{"held":{"reason":"planted"}}}"#;
    assert!(line.parse::<Event>().is_ok());
    for (from, to, kind, part) in [
        ("\"version\":1", "\"version\":2", FlowErrorKind::NewerVersion, "has the version 2"),
        ("\"held\"", "\"paused\"", FlowErrorKind::NewerVersion, "does not know the event \"paused\""),
        ("\"held\"", "\"\\u001b[1m\"", FlowErrorKind::NewerVersion, "\"\\u{1b}[1m\""),
        ("\"reason\"", "\"cause\"", FlowErrorKind::Malformed, "missing or invalid, at line 1 column"),
        ("\"planted\"", "7", FlowErrorKind::Malformed, "missing or invalid, at line 1 column"),
        ("28T", "99T", FlowErrorKind::Malformed, "missing or invalid, at line 1 column"),
        ("\"person\"", "\"robot\"", FlowErrorKind::Malformed, "missing or invalid, at line 1 column"),
        ("}}}", "", FlowErrorKind::Malformed, "not an event, at line 1 column"),
        ("\"version\":1,", "", FlowErrorKind::Malformed, "not an event, at line 1 column"),
        (line, "", FlowErrorKind::Malformed, "not an event"),
        (line, "[]", FlowErrorKind::Malformed, "not an event"),
    ] {
        let error = line.replace(from, to).parse::<Event>().unwrap_err();
        assert_eq!(error.kind(), kind, "{to}: {error}");
        assert!(error.to_string().contains(part) && !error.to_string().contains("planted"), "{to}: {error}");
    }
    // A higher version is recognized although nothing else can be read, and also by a flow.
    let error = r#"{"version":2,"event":{"held":{}}}"#.parse::<Event>().unwrap_err();
    assert_eq!(error.kind(), FlowErrorKind::NewerVersion);
    let newer = line.replace("\"version\":1", "\"version\":2");
    let newer: Event = serde_json::from_str(&newer).unwrap();
    assert_eq!(Flow::resume([&newer]).unwrap_err().kind(), FlowErrorKind::NewerVersion);
    let mut flow = Flow::start(&events(JOURNAL)[0]).unwrap();
    assert_eq!(flow.apply(&newer).unwrap_err().kind(), FlowErrorKind::NewerVersion);
}

#[test]
fn a_journal_has_no_secret() {
    let start = &events(JOURNAL)[0];
    let EventKind::Started(started) = &start.kind else { panic!("{start:?}") };
    let plan = started.plan.clone().source_password("planted");
    let again = Started::new(&plan, started.org, started.project);
    let event = Event::new(start.at, start.by.clone(), EventKind::start(again));
    let flow = Flow::start(&event).unwrap();
    assert!(!format!("{event} {event:?} {flow:?}").contains("planted"));
    assert!(!serde_json::to_string(&flow.next()).unwrap().contains("planted"));
}

#[test]
fn every_command_can_be_sent_to_another_process() {
    let journal = events(JOURNAL);
    let mut flow = Flow::start(&journal[0]).unwrap();
    for event in &journal[1..] {
        flow.apply(event).unwrap();
        let command = flow.next();
        let json = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command);
    }
}

#[test]
fn a_summary_has_stages_lag_and_answers() {
    let summary = Flow::summarize(&events(JOURNAL)).unwrap();
    let json = serde_json::to_string_pretty(&summary).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/flow/golden/summary.json");
        std::fs::write(path, &json).unwrap();
        return;
    }
    assert_eq!(json, SUMMARY, "UPDATE_GOLDEN=1 writes the file");
    assert_eq!(Flow::summarize([]).unwrap_err().kind(), FlowErrorKind::NotStarted);
}

#[test]
fn a_summary_of_a_part_has_what_is_open() {
    let journal = events(JOURNAL);
    for end in 1..journal.len() {
        let summary = Flow::summarize(&journal[..end]).unwrap();
        let running = summary.stages.iter().filter(|stage| stage.result == StageResult::Running).count();
        assert_eq!((running, summary.end), (1, None), "after {end} events");
        let open = summary.questions.iter().filter(|question| question.answer.is_none()).count();
        // After an intent, a step is running.
        let is_running = matches!(journal[end - 1].kind, EventKind::Intended { .. });
        let asks = matches!(Flow::resume(&journal[..end]).unwrap().next(), Command::Ask(_)) && !is_running;
        assert_eq!(open, usize::from(asks), "after {end} events");
    }
}

#[test]
fn a_summary_has_how_each_stage_ended() {
    let mut journal = events(JOURNAL);
    journal.truncate(1 + journal.iter().rposition(|event| event.kind == EventKind::release()).unwrap());
    for (status, lag_seconds) in [("WORKING", Some(9)), ("FAILED", None)] {
        let kind = EventKind::MigrationObserved {
            migration: "6296fb4c7c7aa997cf94e9a8".parse().unwrap(),
            status: Some(status.into()),
            lag_seconds,
            ready: false,
            migration_hosts: Vec::new(),
        };
        journal.push(Event::new(Timestamp::now(), Actor::process("test"), kind));
    }
    let summary = Flow::summarize(&journal).unwrap();
    let approval = &summary.stages[5];
    assert_eq!((approval.name, &approval.by), (StageName::Approval, &Actor::process("test")));
    let stages: Vec<_> = summary.stages.iter().map(|stage| (stage.name, stage.result)).collect();
    assert_eq!(
        stages[2..],
        [
            (StageName::Start, StageResult::Done),
            (StageName::Copy, StageResult::Done),
            (StageName::Verification, StageResult::Done),
            (StageName::Approval, StageResult::Reset),
            (StageName::Copy, StageResult::Stopped),
        ]
    );
}

#[test]
fn a_summary_has_the_question_after_an_interruption() {
    let journal = events(JOURNAL);
    let intent = journal.iter().position(|event| event.kind == EventKind::Intended { step: Step::Migrate });
    let mut journal = journal[..=intent.unwrap()].to_vec();
    assert_eq!(Flow::summarize(&journal).unwrap().questions.len(), 3);
    let found = EventKind::found("6296fb4c7c7aa997cf94e9a8".parse().unwrap());
    journal.push(Event::new(Timestamp::now(), Actor::person("ada"), found));
    let summary = Flow::summarize(&journal).unwrap();
    let AskedQuestion { question: Question::FindMigration(_), answer: Some(answer), .. } =
        &summary.questions[3]
    else {
        panic!("{:?}", summary.questions)
    };
    assert_eq!(answer, &journal[journal.len() - 1]);
    assert_eq!(summary.attempts.last().unwrap().outcome, Outcome::NotRecorded);
}

#[cfg(feature = "schemars")]
#[test]
fn events_and_summaries_have_json_schemas() {
    let schema = serde_json::to_string(&schemars::schema_for!((Event, Summary))).unwrap();
    for part in ["\"migration_created\"", "\"plan_hash\"", "\"lag_seconds\"", "\"date-time\"", "^sha256:"] {
        assert!(schema.contains(part), "{part} is not in {schema}");
    }
}

#[test]
fn unchanged_observations_are_recorded_once_in_an_interval() {
    let at = |second| "2026-11-28T08:00:00Z".parse::<Timestamp>().unwrap() + Duration::from_secs(second);
    let event = |second, lag: Option<u64>, ready| {
        let kind = EventKind::MigrationObserved {
            migration: "6296fb4c7c7aa997cf94e9a8".parse().unwrap(),
            status: Some("WORKING".into()),
            lag_seconds: lag,
            ready,
            migration_hosts: Vec::new(),
        };
        Event::new(at(second), Actor::process("test"), kind)
    };
    let mut sampler = Sampler::new(Duration::from_secs(60));
    let mut recorded = Vec::new();
    for second in (0..200).step_by(10) {
        recorded.extend(sampler.select(event(second, Some(200 - second), false)));
    }
    recorded.extend(sampler.select(event(200, Some(0), true)));
    recorded.extend(sampler.select(event(210, Some(0), true)));
    // Without a lag, a cutover has started.
    recorded.extend(sampler.select(event(220, None, true)));
    let seconds: Vec<_> =
        recorded.iter().map(|event| event.at.saturating_duration_since(at(0)).as_secs()).collect();
    assert_eq!(seconds, [0, 60, 120, 180, 190, 200, 210, 220]);
    // Another event starts again, because it may have changed what an observation means.
    let held = Event::new(at(221), Actor::person("ada"), EventKind::hold("lunch"));
    assert_eq!(sampler.select(held.clone()), [held]);
    assert_eq!(sampler.select(event(222, None, true)).len(), 1);
    // The states of a link and of a validation are selected in the same way.
    let source = |project_available| EventKind::SourceObserved { link: None, project_available };
    let validation = |status: &str| EventKind::ValidationObserved {
        validation: "507f1f77bcf86cd799439011".parse().unwrap(),
        status: Some(status.into()),
        message: None,
    };
    for [state, changed] in [[source(false), source(true)], [validation("PENDING"), validation("SUCCESS")]] {
        let mut sampler = Sampler::new(Duration::from_secs(60));
        let mut select = |second, kind: &EventKind| {
            sampler.select(Event::new(at(second), Actor::process("test"), kind.clone()))
        };
        let selected = [(0, &state), (59, &state), (60, &state), (61, &changed)]
            .map(|(second, kind)| select(second, kind).len());
        assert_eq!(selected, [1, 0, 1, 1], "{state:?}");
    }
}
