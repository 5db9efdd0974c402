//! What the server holds, and how it changes: organizations, tokens, nonces, jobs, rate limits, the journal. Plain data
//! without HTTP; everything is behind one lock of the server.

mod bucket;
mod clock;
mod jobs;
mod journal;
mod nonces;
mod settings;
mod tokens;

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

pub(crate) use self::bucket::Bucket;
pub(crate) use self::clock::{Clock, Moment};
pub use self::jobs::{CUTOVER_WINDOW, MigrationState, MigrationTimeline, ValidationTimeline};
pub(crate) use self::jobs::{Jobs, Migration, Validation, ValidationState};
pub(crate) use self::journal::Journal;
pub use self::journal::{Effect, RecordedEffect, RecordedFault, RecordedRequest};
pub(crate) use self::nonces::{NonceRules, NonceStatus, Nonces};
pub(crate) use self::settings::{DigestRealm, Settings};
pub(crate) use self::tokens::Tokens;
use crate::values::fixtures;

/// The state of the emulated server.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) base_url: String,
    pub(crate) tokens: Tokens,
    pub(crate) nonces: Nonces,
    /// The buckets by path template: the operations of a path share one.
    pub(crate) buckets: HashMap<&'static str, Bucket>,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) projects: Vec<Project>,
    pub(crate) available_projects: Vec<Value>,
    pub(crate) jobs: Jobs,
    pub(crate) source_manager: SourceManager,
    pub(crate) journal: Journal,
}

/// An Atlas organization.
#[derive(Debug)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The valid link-tokens. A source is linked after it has used one of them.
    pub(crate) link_tokens: Vec<String>,
}

/// An Atlas project.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) org_id: String,
    pub(crate) name: String,
}

/// The source side.
#[derive(Debug, Default)]
pub(crate) struct SourceManager {
    pub(crate) nonces: Nonces,
    /// The link-token that it is linked with. The link exists as long as the token is valid in Atlas.
    pub(crate) link_token: Option<String>,
}

impl State {
    pub(crate) fn new(settings: Settings, clock: Clock, organizations: usize, base_url: String) -> Self {
        let organization = |index| Organization {
            id: fixtures::org_id(index),
            name: fixtures::org_name(index),
            link_tokens: Vec::new(),
        };
        let project = Project {
            id: fixtures::PROJECT_ID.to_owned(),
            org_id: fixtures::ORG_ID.to_owned(),
            name: fixtures::PROJECT_NAME.to_owned(),
        };
        let journal = Journal::new(settings.journal_capacity);
        Self {
            settings,
            clock,
            base_url,
            tokens: Tokens::default(),
            nonces: Nonces::default(),
            buckets: HashMap::new(),
            organizations: (0..organizations).map(organization).collect(),
            projects: vec![project],
            available_projects: fixtures::available_projects(),
            jobs: Jobs::default(),
            source_manager: SourceManager::default(),
            journal,
        }
    }

    pub(crate) fn organization(&mut self, id: &str) -> Option<&mut Organization> {
        self.organizations.iter_mut().find(|organization| organization.id == id)
    }

    pub(crate) fn has_project(&self, id: &str) -> bool {
        self.projects.iter().any(|project| project.id == id)
    }

    /// The id of the project's organization; empty if the project does not exist.
    pub(crate) fn org_of(&self, project_id: &str) -> &str {
        self.projects.iter().find(|project| project.id == project_id).map_or("", |project| &project.org_id)
    }

    /// The projects of the organization with a running migration.
    pub(crate) fn projects_with_running_migrations(&self, org_id: &str) -> Vec<&str> {
        let now = self.clock.now();
        let has_running_migration = |project: &&Project| {
            let mut migrations = self.jobs.migrations.values();
            migrations.any(|migration| migration.project_id == project.id && migration.is_running(now))
        };
        let projects = self.projects.iter().filter(|project| project.org_id == org_id);
        projects.filter(has_running_migration).map(|project| project.id.as_str()).collect()
    }

    /// Whether Cloud Manager is linked to this organization.
    pub(crate) fn is_linked_to(&self, org_id: &str) -> bool {
        let Some(token) = &self.source_manager.link_token else { return false };
        self.organizations.iter().any(|one| one.id == org_id && one.link_tokens.contains(token))
    }

    /// Whether Cloud Manager is linked to any organization. Removing the link in Atlas also removes it here.
    pub(crate) fn is_linked(&self) -> bool {
        self.source_manager.link_token.as_ref().is_some_and(|token| self.is_link_token(token))
    }

    /// Whether the token is a valid link-token of any organization.
    pub(crate) fn is_link_token(&self, token: &String) -> bool {
        self.organizations.iter().any(|organization| organization.link_tokens.contains(token))
    }

    /// The first of these hosts that may not start another job.
    pub(crate) fn busy_host<'h>(&self, hosts: &'h [String]) -> Option<&'h str> {
        let busy = self.jobs.busy_host(hosts, self.clock.now());
        busy.filter(|_| self.settings.one_job_per_host)
    }

    /// Creates an access token. Returns it.
    pub(crate) fn issue_access_token(&mut self) -> String {
        let lifetime = self.clock.scale_real_time(self.settings.token_lifetime);
        self.tokens.issue(self.clock.now(), lifetime)
    }

    /// Records an effect of the request that is being executed.
    pub(crate) fn record_effect(&mut self, effect: Effect) {
        self.journal.record_effect(effect, self.clock.now());
    }

    /// Takes one request from the bucket of the path template. Returns how many are left, or how long until the bucket
    /// is full again.
    pub(crate) fn take_from_bucket(&mut self, path: &'static str) -> Result<u32, Duration> {
        let now = self.clock.now();
        let Settings { rate_capacity, rate_window, .. } = self.settings;
        self.buckets.entry(path).or_default().take(rate_capacity, rate_window, now)
    }
}
