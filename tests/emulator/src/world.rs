//! Everything that the emulator knows and that requests change, behind one lock.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use crate::auth::Nonces;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::config::{EmulatorBuilder, Settings};
use crate::jobs::Jobs;
use crate::journal::{Effect, Journal};
use crate::ops_manager::OpsManager;
use crate::rate_limit::Bucket;
use crate::reply::Refusal;
use crate::router::Routes;
use crate::script::Script;
use crate::{seed, unknown};

/// The state of the emulated server.
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) routes: Routes,
    pub(crate) base_url: String,
    pub(crate) tokens: Tokens,
    pub(crate) nonces: Nonces,
    /// The buckets by the path template, so that the operations of one path share theirs.
    pub(crate) buckets: HashMap<&'static str, Bucket>,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) projects: Vec<Project>,
    pub(crate) available_projects: Vec<Value>,
    pub(crate) jobs: Jobs,
    pub(crate) ops_manager: OpsManager,
    pub(crate) script: Script,
    pub(crate) journal: Journal,
}

/// An Atlas organization.
#[derive(Debug)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The link-tokens that are out. A source is linked once it has used one of them.
    pub(crate) link_tokens: Vec<String>,
}

/// An Atlas project.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) org_id: String,
}

impl World {
    pub(crate) fn new(builder: &EmulatorBuilder, routes: Routes, base_url: String) -> Self {
        let organization = |number| Organization {
            id: seed::org_id(number),
            name: seed::org_name(number),
            link_tokens: Vec::new(),
        };
        Self {
            settings: builder.settings.clone(),
            clock: Clock::new(builder.time_scale, builder.today),
            routes,
            base_url,
            tokens: Tokens::default(),
            nonces: Nonces::default(),
            buckets: HashMap::new(),
            organizations: (0..builder.organizations).map(organization).collect(),
            projects: vec![Project { id: seed::PROJECT_ID.to_owned(), org_id: seed::ORG_ID.to_owned() }],
            available_projects: seed::available_projects(),
            jobs: Jobs::default(),
            ops_manager: OpsManager::default(),
            script: Script::new(builder.faults.clone()),
            journal: Journal::default(),
        }
    }

    pub(crate) fn organization(&mut self, id: &str) -> Option<&mut Organization> {
        self.organizations.iter_mut().find(|organization| organization.id == id)
    }

    pub(crate) fn has_project(&self, id: &str) -> bool {
        self.projects.iter().any(|project| project.id == id)
    }

    /// The projects of the organization in which a migration runs.
    pub(crate) fn projects_with_running_migrations(&self, org_id: &str) -> Vec<&str> {
        let now = self.clock.now();
        let runs = |project: &&Project| {
            let mut migrations = self.jobs.migrations.values();
            migrations.any(|migration| migration.project_id == project.id && migration.is_running(now))
        };
        let projects = self.projects.iter().filter(|project| project.org_id == org_id);
        projects.filter(runs).map(|project| project.id.as_str()).collect()
    }

    /// The link-token by which a source is linked to this organization.
    pub(crate) fn source_of(&self, org_id: &str) -> Option<&str> {
        let organization = self.organizations.iter().find(|organization| organization.id == org_id)?;
        let token = self.ops_manager.link_token.as_ref()?;
        organization.link_tokens.contains(token).then_some(token)
    }

    /// Whether Ops Manager is linked to any organization. Removing the link in Atlas ends it here, too.
    pub(crate) fn is_synced(&self) -> bool {
        self.organizations.iter().any(|organization| self.source_of(&organization.id).is_some())
    }

    /// Refuses a job for a migration host that has one.
    pub(crate) fn check_hosts(&self, hosts: &[String]) -> Result<(), Refusal> {
        match self.jobs.busy_host(hosts, self.clock.now()) {
            Some(host) if self.settings.one_job_per_host => Err(unknown::host_busy(host).into()),
            _ => Ok(()),
        }
    }

    /// Notes that the request which is being carried out changed this.
    pub(crate) fn record_effect(&mut self, effect: Effect) {
        self.journal.effect(effect, self.clock.now());
    }

    /// Takes one from the bucket of the path template.
    pub(crate) fn take_from_bucket(&mut self, path: &'static str) -> Result<u32, Duration> {
        let now = self.clock.now();
        let Settings { rate_capacity, rate_window, .. } = self.settings;
        self.buckets.entry(path).or_default().take(rate_capacity, rate_window, now)
    }
}
