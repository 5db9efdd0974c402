//! A home with a configuration file of the Atlas CLI, and what the runs in it leave.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atlas_emulator::Emulator;
use serde_json::Value;

use crate::program::Program;

/// A home with a configuration file of the Atlas CLI.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn with_profiles(text: &str) -> Self {
        let home = Self::new();
        fs::create_dir_all(home.config().parent().unwrap()).unwrap();
        fs::write(home.config(), text).unwrap();
        set_mode(&home.config(), 0o600);
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path().join(".config/atlascli/config.toml")
    }

    /// The files of stored access tokens.
    pub(crate) fn tokens(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.path().join(".local/state/atlas-migration/tokens")) else {
            return Vec::new();
        };
        let files = entries.map(|entry| entry.unwrap().path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "json")).collect()
    }

    /// A run without credentials in the environment.
    pub(crate) fn run(&self, arguments: &[&str]) -> Program {
        Program::new(arguments).home(self.path())
    }
}

pub(crate) fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn requests_to(emulator: &Emulator, target: &str) -> usize {
    emulator.requests().iter().filter(|request| request.target == target).count()
}

/// An emulator without rate limits.
pub(crate) async fn emulator() -> Emulator {
    let builder = Emulator::builder().token_requests_per_minute(1_000_000);
    builder.rate_limit(1_000_000, Duration::from_secs(60)).start().await.unwrap()
}

/// A profile of this name with the service account of the emulator.
pub(crate) fn profile(name: &str, emulator: &Emulator) -> String {
    let (id, secret) = emulator.service_account();
    format!(
        "[{name}]\nbase_url = '{}/'\norg_id = '{}'\nproject_id = '{}'\nclient_id = '{id}'\nclient_secret = '{secret}'\n",
        emulator.base_url(),
        emulator.org_id(),
        emulator.project_id()
    )
}

/// A setting in the output of `auth status`.
pub(crate) fn setting<'a>(status: &'a Value, name: &str) -> &'a Value {
    let settings = status["settings"].as_array().unwrap();
    settings.iter().find(|setting| setting["setting"] == name).unwrap_or_else(|| panic!("{status}"))
}
