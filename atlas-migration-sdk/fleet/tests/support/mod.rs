//! What tests of the fleet need: a Temporal server, the emulator of Atlas, and the program.
//!
//! - [`server`]: Temporal's server for development, which a test can kill and start again.
//! - [`emulator`]: the emulator with fast migrations, and the variables with which the program finds it.
//! - [`made_up`]: a fleet of made-up migrations.
//! - [`program`]: runs the program, to its end or until it is killed.
//!
//! Without Temporal's command line, a test prints `skipped: …` and passes; with `ATLAS_REQUIRE_PEERS=1` it fails.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod emulator;
pub(crate) mod made_up;
pub(crate) mod program;
pub(crate) mod server;

/// Waits for something that other processes do. Fails after a minute.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let began = std::time::Instant::now();
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "not within a minute: {what}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
