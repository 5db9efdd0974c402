//! The file of a plan: TOML, or JSON if its name ends in `.json`.

use std::path::{Path, PathBuf};

use atlas_migration_sdk::MigrationPlan;
use clap::Args;

use crate::failure::Failure;

/// The plan as an argument.
#[derive(Args, Clone, Debug)]
pub(crate) struct PlanFile {
    /// The file with the plan: TOML, or JSON if its name ends in `.json`. `plan init` writes one.
    #[arg(value_name = "PLAN")]
    path: PathBuf,
}

impl PlanFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the plan, which has no password.
    pub(crate) fn read(&self) -> Result<MigrationPlan, Failure> {
        let path = self.path.display();
        let text = std::fs::read_to_string(&self.path).map_err(|error| {
            Failure::usage(format!("{path}: the plan cannot be read: {error}. `plan init` writes a plan"))
        })?;
        let plan = if is_json(&self.path) {
            MigrationPlan::from_json(&text)
        } else {
            MigrationPlan::from_toml(&text)
        };
        plan.map_err(|error| Failure::usage(format!("{path}: {error}")))
    }
}

/// Whether a plan of this name is JSON.
pub(super) fn is_json(path: &Path) -> bool {
    has_extension(path, "json")
}

/// The path of a new plan. Its name must tell its format: another one would promise a format that the plan does not have.
pub(super) fn path_to_write(path: PathBuf) -> Result<PathBuf, &'static str> {
    if is_json(&path) || has_extension(&path, "toml") {
        Ok(path)
    } else {
        Err("the name of a plan must end in `.toml` or `.json`")
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
