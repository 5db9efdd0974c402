//! The fleet file: what to migrate, where the secrets are, and what people decide once for all migrations.
//!
//! `start` reads the migrations in it, and a worker reads where it finds the credentials, passwords and hooks. What leaves
//! the machine are [`MigrationSpec`]s, which have the names of secrets only.

mod accounts;
mod draft;
mod migrations;
mod reader;
mod sections;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atlas_migration_sdk::flow::{LinkSource, SourceService, Started};
use atlas_migration_sdk::plan::MigrationPlan;
use atlas_migration_sdk::{AccessListEntry, OrgId, ProjectId, SourceOrgId};
use toml::de::DeTable;

use crate::activities::Hooks;
use crate::failure::Failure;
use crate::limits::{BEGIN_LIMIT, CALL_LIMIT, settling_time};
use crate::messages::MigrationSpec;
use crate::windows::Window;
pub(crate) use accounts::atlas_client;
pub(crate) use draft::{Choices, draft};
pub(crate) use reader::Problem;
use reader::{Problems, Section};

/// A fleet file that was read.
#[derive(Debug)]
pub(crate) struct FleetFile {
    /// The name of the fleet.
    pub(crate) name: String,
    /// The Atlas organization.
    pub(crate) org: OrgId,
    /// The source organizations, by their names.
    pub(crate) sources: BTreeMap<String, Source>,
    /// Where the passwords of the sources' users are, by their names.
    pub(crate) passwords: BTreeMap<String, Place>,
    /// When a cutover may begin; always if empty.
    pub(crate) windows: Vec<Window>,
    pub(crate) approvals: Approvals,
    pub(crate) hooks: Hooks,
    pub(crate) atlas: AtlasLimits,
    /// The file with the keys that encrypt what the server of Temporal stores.
    pub(crate) key_file: Option<PathBuf>,
    /// The migrations, in the order of the file, which is that of each lane.
    pub(crate) migrations: Vec<Migration>,
}

/// A migration of the file.
#[derive(Clone, Debug)]
pub(crate) struct Migration {
    pub(crate) name: String,
    pub(crate) plan: MigrationPlan,
    /// The Atlas project of the destination.
    pub(crate) project: ProjectId,
    /// The name of its source organization.
    pub(crate) source: Option<String>,
    /// The name of its password.
    pub(crate) password: Option<String>,
    pub(crate) validate: bool,
    pub(crate) verify: bool,
}

/// A source organization.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) org: SourceOrgId,
    /// The URL of an Ops Manager; none for Cloud Manager.
    pub(crate) url: Option<String>,
    /// Whether the migrations link it. Otherwise, it is linked already.
    pub(crate) link: bool,
    /// The addresses from which its link-token may be used.
    pub(crate) access_list: Vec<AccessListEntry>,
    /// The environment variables with its key pair.
    pub(crate) public_key_env: String,
    pub(crate) private_key_env: String,
    /// A file with further certificate authorities in PEM.
    pub(crate) ca_file: Option<PathBuf>,
}

/// Where a worker finds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// An environment variable.
    Env(String),
    File(PathBuf),
}

/// Who approves, and when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Approvals {
    /// Who may approve and answer; everybody if empty.
    pub(crate) by: Vec<String>,
    /// The longest lag with which a cutover may be approved.
    pub(crate) max_lag: Option<Duration>,
}

/// How often Atlas is called.
#[derive(Clone, Debug)]
pub(crate) struct AtlasLimits {
    /// How many activities that call Atlas begin in a second, over all workers.
    pub(crate) requests_per_second: f64,
    /// The time between two polls of a migration.
    pub(crate) poll_interval: Duration,
    /// The longest time between two recorded states of a migration.
    pub(crate) sample_interval: Duration,
    /// The time limit of a call.
    pub(crate) call_limit: Duration,
}

impl Default for AtlasLimits {
    /// Atlas counts requests in buckets. The only one of which the size is known, that of link-tokens, has 500; how fast it
    /// is refilled is not. 4 a second are 240 a minute: less than half of such a bucket each minute, which leaves the rest
    /// to the other programs of the organization. A poll a minute is frequent beside a copy of hours, and 120 lanes need
    /// half of the rate for their polls.
    fn default() -> Self {
        Self {
            requests_per_second: 4.0,
            poll_interval: Duration::from_secs(60),
            sample_interval: Duration::from_secs(3600),
            call_limit: CALL_LIMIT,
        }
    }
}

/// What is read of a fleet file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Everything,
    /// All but the migrations.
    Settings,
}

/// Why there is no fleet.
#[derive(Debug)]
pub(crate) enum FleetFileError {
    /// The file cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// What is in it is wrong.
    Invalid(PathBuf, Vec<Problem>),
}

impl FleetFile {
    /// Reads a fleet file, and the plans that it names.
    pub(crate) fn read(path: &Path) -> Result<Self, FleetFileError> {
        Self::read_part(path, Part::Everything)
    }

    /// Reads a fleet file without its migrations. It may have none: a worker, or a person who only decides, needs no plans,
    /// and their machines may not have the files.
    pub(crate) fn read_settings(path: &Path) -> Result<Self, FleetFileError> {
        Self::read_part(path, Part::Settings)
    }

    fn read_part(path: &Path, part: Part) -> Result<Self, FleetFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| FleetFileError::Unreadable(path.to_owned(), error))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse_part(&text, folder, part)
            .map_err(|problems| FleetFileError::Invalid(path.to_owned(), problems))
    }

    /// Reads the text of a fleet file in this folder.
    #[cfg(test)]
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Vec<Problem>> {
        Self::parse_part(text, folder, Part::Everything)
    }

    fn parse_part(text: &str, folder: &Path, part: Part) -> Result<Self, Vec<Problem>> {
        let problems = Problems::new(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            for error in errors {
                // The message is about the syntax, and repeats nothing of the file.
                problems.add(&error.span().unwrap_or_default(), error.message());
            }
            // What is missing could be in the part that cannot be read.
            return Err(problems.into_sorted());
        }
        let file = {
            let section = Section::new(&problems, String::new(), table.get_ref(), 0..0);
            sections::file(section, folder, part)
        };
        match (file, problems.into_sorted()) {
            (Some(file), found) if found.is_empty() => Ok(file),
            (_, found) => Err(found),
        }
    }

    /// The migrations as their workflows need them.
    pub(crate) fn specs(&self) -> Vec<MigrationSpec> {
        self.migrations.iter().map(|migration| self.spec(migration)).collect()
    }

    fn spec(&self, migration: &Migration) -> MigrationSpec {
        let source = migration.source.as_ref().and_then(|name| Some((name, self.sources.get(name)?)));
        let source = source.filter(|(_, source)| source.link);
        let mut started = Started::new(&migration.plan, self.org, migration.project)
            .validate(migration.validate)
            .verify(migration.verify)
            .settling_time(settling_time(self.atlas.call_limit));
        if let Some((_, source)) = source {
            let link = LinkSource::new(source.org, source.service());
            started = started.link(link.access_list(source.access_list.iter().copied()));
        }
        MigrationSpec {
            fleet: self.name.clone(),
            name: migration.name.clone(),
            started,
            source: source.map(|(name, _)| name.clone()),
            password: migration.password.clone(),
            approvers: self.approvals.by.clone(),
            windows: self.windows.clone(),
            max_lag_seconds: self.approvals.max_lag.map(|lag| lag.as_secs()),
            begin_seconds: BEGIN_LIMIT.as_secs(),
            poll_seconds: self.atlas.poll_interval.as_secs(),
            sample_seconds: self.atlas.sample_interval.as_secs(),
        }
    }
}

impl Source {
    /// The service in which it is.
    pub(crate) fn service(&self) -> SourceService {
        self.url.clone().map_or(SourceService::CloudManager, SourceService::OpsManager)
    }
}

impl fmt::Display for FleetFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(
                f,
                "{}: the fleet file cannot be read: {error}. `atlas-migration-fleet init` writes one",
                path.display()
            ),
            Self::Invalid(path, problems) => {
                let count = problems.len();
                let plural = if count == 1 { "" } else { "s" };
                write!(f, "{} has {count} problem{plural}:", path.display())?;
                problems
                    .iter()
                    .try_for_each(|Problem { line, message }| write!(f, "\n  line {line}: {message}"))
            }
        }
    }
}

impl From<FleetFileError> for Failure {
    fn from(error: FleetFileError) -> Self {
        Self::usage(error.to_string())
    }
}

#[cfg(test)]
mod tests;
