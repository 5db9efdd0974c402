//! Lines that a person types while the migration is polled.

use std::io;
use std::thread;

use tokio::sync::mpsc;

/// The terminal, if a person can answer there.
#[derive(Debug, Default)]
pub(crate) struct Terminal {
    is_present: bool,
    lines: Option<mpsc::UnboundedReceiver<String>>,
}

impl Terminal {
    pub(crate) fn new(is_present: bool) -> Self {
        Self { is_present, lines: None }
    }

    pub(crate) fn is_present(&self) -> bool {
        self.is_present
    }

    /// Discards what was typed before a question is shown: a line that was meant for one question must not answer another.
    pub(crate) fn discard_typed_ahead(&mut self) {
        #[cfg(unix)]
        {
            use rustix::termios::{QueueSelector, tcflush};
            // Not a terminal any more: the next read reports that.
            let _ = tcflush(io::stdin(), QueueSelector::IFlush);
        }
        if let Some(lines) = &mut self.lines {
            while lines.try_recv().is_ok() {}
        }
    }

    /// The next line without its line break. None at the end of the input.
    ///
    /// Dropping the future loses no line.
    pub(crate) async fn line(&mut self) -> Option<String> {
        self.lines.get_or_insert_with(read_lines).recv().await
    }
}

/// Reads the standard input in a thread of its own: a blocking read cannot be ended, but the process can.
fn read_lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            let Ok(line) = line else { return };
            if sender.send(line.trim().to_owned()).is_err() {
                return;
            }
        }
    });
    receiver
}
