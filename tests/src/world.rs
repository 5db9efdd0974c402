//! Everything that the emulator knows and that requests change, behind one lock.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde_json::Value;

use crate::auth::Nonces;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::config::{EmulatorBuilder, Settings};
use crate::jobs::{Migration, Validation};
use crate::journal::Journal;
use crate::rate_limit::Bucket;
use crate::router::Routes;
use crate::script::Script;
use crate::seed;

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
    /// The jobs by id.
    pub(crate) validations: BTreeMap<String, Validation>,
    pub(crate) migrations: BTreeMap<String, Migration>,
    pub(crate) script: Script,
    pub(crate) journal: Journal,
}

/// An Atlas organization.
#[derive(Debug)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The link-tokens that make up the link to source organizations; without any there is no link.
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
            validations: BTreeMap::new(),
            migrations: BTreeMap::new(),
            script: Script::default(),
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
        let runs = |project: &&Project| {
            self.migrations
                .values()
                .any(|migration| migration.project_id == project.id && migration.is_running())
        };
        let projects = self.projects.iter().filter(|project| project.org_id == org_id);
        projects.filter(runs).map(|project| project.id.as_str()).collect()
    }

    /// Takes one from the bucket of the path template.
    pub(crate) fn take_from_bucket(&mut self, path: &'static str) -> Result<u32, Duration> {
        let now = self.clock.now();
        let Settings { rate_capacity, rate_window, .. } = self.settings;
        self.buckets.entry(path).or_default().take(rate_capacity, rate_window, now)
    }
}
