use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use atlas_migration_sdk::flow::{Actor, Event, EventKind, Started};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};

use super::error::JournalErrorKind;
use super::read::{Contents, Tail};
use super::*;

fn plan(cluster: &str) -> MigrationPlan {
    let source = Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), cluster);
    MigrationPlan::new(source, Destination::public("destination"), "host")
}

fn run() -> Run {
    let since = "2026-11-28T08:00:00Z".parse().unwrap();
    Run { pid: 4711, host: "vm".into(), user: "ada".into(), since, program: "atlas-migration 0.1.0".into() }
}

fn events() -> [Event; 2] {
    let start = Started::new(
        &plan("source"),
        "4888442a3354817a7320eb61".parse().unwrap(),
        "32b6e34b3d91647abb20e7b8".parse().unwrap(),
    );
    let event = |kind| Event::new("2026-11-28T08:40:37Z".parse().unwrap(), Actor::person("ada"), kind);
    [event(EventKind::start(start)), event(EventKind::hold("lunch"))]
}

/// A journal with two events, written and closed.
fn journal(folder: &Path) -> PathBuf {
    let path = folder.join("plan.toml.journal");
    let mut journal = Journal::create(&path, plan("source").hash(), &run()).unwrap();
    for event in events() {
        journal.record(&event).unwrap();
    }
    path
}

fn resume(path: &Path) -> Result<Contents, JournalError> {
    Journal::resume(path, plan("source").hash(), &run()).map(|(_, contents)| contents)
}

/// The message of a refusal, which leaves the file as it was.
fn refused<T: std::fmt::Debug>(path: &Path, result: impl FnOnce() -> Result<T, JournalError>) -> String {
    let before = fs::read(path).unwrap();
    let error = result().unwrap_err();
    assert_eq!(fs::read(path).unwrap(), before, "{error}");
    error.to_string()
}

#[test]
fn what_is_recorded_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let contents = resume(&path).unwrap();
    assert_eq!(contents.events, events());
    assert_eq!(contents.notes, [Note::Run(run())]);
    assert_eq!(contents.header.plan_hash, plan("source").hash());
    let again = Contents::read(&path).unwrap();
    assert_eq!(again.runs().collect::<Vec<_>>(), [&run(), &run()]);
}

#[test]
fn every_note_is_read_and_a_newer_one_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let (at, by) = (run().since, run().person());
    let notes = [
        Note::Acknowledged { at, by, findings: vec!["users".to_owned()] },
        Note::Warned { at, hours: 24 },
        Note::Hook { at, hook: HookName::OnReady, outcome: HookOutcome::Succeeded },
        Note::Hook { at, hook: HookName::Verify, outcome: HookOutcome::Failed("status 1".to_owned()) },
        Note::Elsewhere { journal: "/journals/orders".to_owned(), run: run() },
    ];
    let (mut journal, _) = Journal::resume(&path, plan("source").hash(), &run()).unwrap();
    for note in &notes {
        journal.note(note).unwrap();
    }
    drop(journal);
    append(&path, b"{\"note\":{\"of_a_later_version\":{\"x\":1}}}\n");
    let contents = resume(&path).unwrap();
    assert_eq!(contents.notes[2..7], notes);
    assert_eq!(contents.notes[7], Note::Unknown);
    let complete = fs::read(&path).unwrap();
    for kind in ["run", "acknowledged", "warned", "hook", "elsewhere"] {
        fs::write(&path, &complete).unwrap();
        append(&path, format!("{{\"note\":{{\"{kind}\":{{\"at\":1}}}}}}\n").as_bytes());
        assert!(refused(&path, || resume(&path)).contains("line 13: the note is damaged"), "{kind}");
    }
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn a_journal_can_end_at_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(journal(folder.path())).unwrap();
    let lines: Vec<usize> =
        whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    let [header, _, started, held] = lines[..] else { panic!("{lines:?}") };
    for end in 0..=whole.len() {
        let Some(contents) = Contents::parse(&whole[..end]).unwrap() else {
            assert!(end <= header);
            continue;
        };
        assert!(end > header);
        // A line counts without its line break, because no part of an object is an object.
        let events = usize::from(end >= started) + usize::from(end >= held);
        assert_eq!(contents.events, events_before(events), "{end}");
        let tail = match end {
            _ if lines.contains(&end) => Tail::WithoutLineBreak,
            _ if lines.contains(&(end - 1)) => Tail::Complete,
            _ => Tail::CutOff { from: lines.iter().rfind(|at| **at < end).unwrap() + 1 },
        };
        assert_eq!(contents.tail, tail, "{end}");
    }
}

fn events_before(count: usize) -> Vec<Event> {
    events().into_iter().take(count).collect()
}

#[test]
fn an_incomplete_line_is_moved_aside_when_the_run_resumes() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let complete = fs::read(&path).unwrap();
    for (time, tail) in
        [&b"{\"version\":1,\"at\":\"2026"[..], b"\0\0\0\0", b"\xff\xfe"].into_iter().enumerate()
    {
        append(&path, tail);
        // Reading alone changes nothing.
        assert_eq!(Contents::read(&path).unwrap().events, events());
        assert_eq!(resume(&path).unwrap().events, events());
        let now = fs::read(&path).unwrap();
        assert!(now.starts_with(&complete) && now.ends_with(b"}\n"));
        assert_eq!(Contents::parse(&now).unwrap().unwrap().runs().count(), time + 2);
        let aside = fs::read(Journal::incomplete_path(&path)).unwrap();
        assert!(aside.ends_with(&[tail, b"\n"].concat()), "{aside:?}");
    }
    assert_eq!(
        fs::read(Journal::incomplete_path(&path)).unwrap().iter().filter(|byte| **byte == b'\n').count(),
        3
    );
}

#[test]
fn a_line_without_its_line_break_gets_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, bytes.trim_ascii_end()).unwrap();
    assert_eq!(resume(&path).unwrap().events, events());
    assert!(fs::read(&path).unwrap().starts_with(&bytes));
    assert_eq!(resume(&path).unwrap().events, events());
    assert!(!Journal::incomplete_path(&path).exists());
}

#[test]
fn unusable_journals_are_refused_and_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let text = fs::read_to_string(&path).unwrap();
    let event = events()[1].to_string();
    for (contents, expected) in [
        (text.replacen("\"started\"", "\"star", 1), "damaged in line 3: the text is not an event"),
        (text.replacen("\n{\"version\":1", "\n\n{\"version\":1", 1), "damaged in line 3"),
        (text.replacen("{\"journal\":1", "{\"journal\":2", 1), "has the version 2, and this program reads 1"),
        (text.replacen("{\"journal\":1", "{\"journal\":x", 1), "damaged in line 1"),
        (text.replacen("sha256:", "sha512:", 1), "damaged in line 1"),
        (text.replacen("\"held\"", "\"of_a_later_version\"", 1), "use a newer version"),
        (text.replacen("{\"version\":1", "{\"version\":2", 1), "use a newer version"),
        ("[source]\ncluster = \"x\"\n".to_owned(), "not a journal"),
        ("not a line".to_owned(), "not a journal"),
        (format!("{event}\n"), "not a journal"),
        (String::new(), "has no event: it is empty or was cut off"),
        (
            text.lines().take(2).map(|line| format!("{line}\n")).collect(),
            "has no event: it is empty or was cut off",
        ),
    ] {
        fs::write(&path, &contents).unwrap();
        let message = refused(&path, || resume(&path));
        assert!(message.contains(expected) && message.contains("plan.toml.journal"), "{message}");
    }
}

#[test]
fn a_journal_of_another_plan_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let other = plan("other").hash();
    let message = refused(&path, || Journal::resume(&path, other, &run()));
    assert!(message.contains("is of another plan") && message.contains(&other.to_string()), "{message}");
}

#[test]
fn a_new_journal_never_replaces_one_with_events_or_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let text = fs::read_to_string(&path).unwrap();
    let create = || Journal::create(&path, plan("source").hash(), &run());
    let message = refused(&path, create);
    assert!(message.contains("--resume") && message.contains("can be deleted"), "{message}");
    for (contents, expected) in [("my notes\n", "not a journal"), ("{\"journal\":2}\n", "exists already")] {
        fs::write(&path, contents).unwrap();
        let message = refused(&path, create);
        assert!(message.contains(expected), "{message}");
    }
    // The process ended before it recorded its first event: it has done nothing.
    let lines: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
    for start in ["", "{\"jour", "{\"journal\":1,", &lines] {
        fs::write(&path, start).unwrap();
        create().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    }
}

#[test]
fn one_process_writes_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    let (first, _) = Journal::resume(&path, plan("source").hash(), &run()).unwrap();
    for second in [
        Journal::create(&path, plan("source").hash(), &run()).unwrap_err(),
        Journal::resume(&path, plan("source").hash(), &run()).unwrap_err(),
    ] {
        assert!(matches!(second.kind, JournalErrorKind::Locked(Some(_))));
        let message = second.to_string();
        assert!(message.contains("process 4711 of ada on vm since 2026-11-28T08:00:00"), "{message}");
    }
    assert_eq!(Contents::read(&path).unwrap().events, events());
    drop(first);
    resume(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_journal() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path());
    append(&path, b"cut off");
    resume(&path).unwrap();
    for path in [&path, &Journal::incomplete_path(&path)] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
