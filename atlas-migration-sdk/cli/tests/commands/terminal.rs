//! A pseudo-terminal with the program on it.

use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{ControlCode, Eof, Expect as _};

/// Longer than anything takes on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The program on a terminal with lines that are long enough for every question.
///
/// Its functions block: call them with `tokio::task::block_in_place`, so that the emulator can respond.
pub(crate) struct Terminal {
    session: OsSession,
    /// What the program has written so far.
    shown: String,
    // The home of the run, for as long as it runs.
    _home: tempfile::TempDir,
}

impl Terminal {
    pub(crate) fn start(command: Command, home: tempfile::TempDir) -> Self {
        let mut session = OsSession::spawn(command).unwrap();
        session.get_process_mut().set_window_size(400, 50).unwrap();
        session.set_expect_timeout(Some(TIMEOUT));
        Self { session, shown: String::new(), _home: home }
    }

    /// Waits until the program has written this text.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        match self.session.expect(text) {
            Ok(found) => self.shown.push_str(&String::from_utf8_lossy(found.as_bytes())),
            Err(error) => {
                let rest = self.session.expect(expectrl::Regex("(?s).+"));
                let rest = rest.map(|rest| String::from_utf8_lossy(rest.as_bytes()).into_owned());
                panic!("`{text}` was not written ({error}); before: {}; instead: {rest:?}", self.shown);
            }
        }
    }

    /// Answers a question: the text is typed, then Enter.
    pub(crate) fn answer(&mut self, text: &str) {
        self.session.send(format!("{text}\r")).unwrap();
    }

    /// Selects the choice that is this many lines below the first one.
    pub(crate) fn select(&mut self, index: usize) {
        self.answer(&"\x1b[B".repeat(index));
    }

    pub(crate) fn interrupt(&mut self) {
        self.session.send(ControlCode::EndOfText).unwrap();
    }

    /// Waits for the end of the program. Returns its exit status and everything that it wrote.
    pub(crate) fn end(mut self) -> (i32, String) {
        let rest = self.session.expect(Eof).unwrap();
        self.shown.push_str(&String::from_utf8_lossy(rest.as_bytes()));
        match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, status) => (status, self.shown),
            other => panic!("{other:?}"),
        }
    }
}
