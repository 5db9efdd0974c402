//! For tests of crashes, in debug builds only: stops the process at one of its writes, so that the test can kill it there.
//!
//! `ATLAS_MIGRATION_STOP=before:3` stops before the third line, `within:3` after the first half of it, `after:3` after it.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};

/// Where the process stops.
#[derive(Debug, Default)]
pub(super) struct Stop {
    at: Option<(String, u32)>,
    writes: u32,
}

impl Stop {
    pub(super) fn from_env() -> Self {
        let value = std::env::var("ATLAS_MIGRATION_STOP").ok();
        let at = value.as_deref().and_then(|value| value.split_once(':'));
        Self { at: at.and_then(|(place, write)| Some((place.to_owned(), write.parse().ok()?))), writes: 0 }
    }

    pub(super) fn before_write(&mut self, file: &mut File, line: &str) {
        self.writes += 1;
        if self.is_at("within") {
            // The process is killed: what fails here does not matter.
            let _ =
                file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&line.as_bytes()[..line.len() / 2]));
        }
        if self.is_at("before") || self.is_at("within") {
            stop();
        }
    }

    pub(super) fn after_write(&self) {
        if self.is_at("after") {
            stop();
        }
    }

    fn is_at(&self, place: &str) -> bool {
        self.at.as_ref().is_some_and(|(at, write)| at == place && *write == self.writes)
    }
}

/// Waits to be killed.
fn stop() -> ! {
    eprintln!("stopped");
    loop {
        std::thread::park();
    }
}
