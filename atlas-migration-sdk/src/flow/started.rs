//! What a flow is started with: the plan, where it runs, and what it includes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::{FlowError, FlowErrorKind};
use super::step::Step;
use crate::generated::ids::{OrgId, ProjectId};
use crate::plan::{MigrationPlan, PlanHash};
use crate::values::access_list::AccessListEntry;
use crate::values::ids::SourceOrgId;

/// After which time a call has no further effect: the default
/// [`operation_timeout`](crate::ClientBuilder::operation_timeout), and the default
/// [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) for the server to handle an attempt that was abandoned then.
const SETTLING_TIME: Duration = Duration::from_secs(150);

/// What a flow is started with: the first event of its journal.
///
/// By default, the flow neither links nor validates nor verifies.
///
/// ```
/// use atlas_migration_sdk::flow::{LinkSource, SourceService, Started};
/// use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
///
/// let plan = MigrationPlan::new(
///     Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse()?, "source-cluster"),
///     Destination::public("destination-cluster"),
///     "vm001.example.com",
/// );
/// let started = Started::new(&plan, "4888442a3354817a7320eb61".parse()?, "32b6e34b3d91647abb20e7b8".parse()?)
///     .link(LinkSource::new("5f9ad6b7e1c2a3041d0e9b10".parse()?, SourceService::CloudManager))
///     .validate(true);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Started {
    /// The plan, without the password.
    #[cfg_attr(feature = "schemars", schemars(with = "serde_json::Value"))]
    pub plan: MigrationPlan,
    /// The hash of the plan, for which approvals are given.
    pub plan_hash: PlanHash,
    /// The Atlas organization.
    pub org: OrgId,
    /// The Atlas project of the destination.
    pub project: ProjectId,
    /// How to link the source organization; none if it is linked already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkSource>,
    /// Whether to validate the plan in Atlas before the migration is created.
    #[serde(default)]
    pub validate: bool,
    /// Whether the copied data is verified before the cutover is offered.
    #[serde(default)]
    pub verify: bool,
    /// For how many seconds after the intent of a step a call may still take effect.
    #[serde(default = "settling_seconds")]
    pub settling_seconds: u64,
}

/// How to link the source organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LinkSource {
    /// The organization of Cloud Manager or Ops Manager.
    pub org: SourceOrgId,
    /// The service in which it is.
    pub service: SourceService,
    /// The addresses from which the link-token may be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access_list: Vec<AccessListEntry>,
}

/// The service that monitors the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SourceService {
    /// Cloud Manager.
    CloudManager,
    /// The Ops Manager with this URL, which must not contain credentials.
    OpsManager(String),
}

fn settling_seconds() -> u64 {
    SETTLING_TIME.as_secs()
}

impl Started {
    /// Creates the start of a flow. The password of the plan is left out.
    #[must_use]
    pub fn new(plan: &MigrationPlan, org: OrgId, project: ProjectId) -> Self {
        Self {
            plan: plan.clone().without_source_password(),
            plan_hash: plan.hash(),
            org,
            project,
            link: None,
            validate: false,
            verify: false,
            settling_seconds: settling_seconds(),
        }
    }

    /// Links the source organization, unless it is linked. Default: it is linked already.
    #[must_use]
    pub fn link(mut self, link: LinkSource) -> Self {
        self.link = Some(link);
        self
    }

    /// Whether to validate the plan in Atlas before the migration is created. Default: no.
    #[must_use]
    pub fn validate(mut self, validate: bool) -> Self {
        self.validate = validate;
        self
    }

    /// Whether the runner verifies the copied data before the cutover is offered. Default: no.
    #[must_use]
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// How long after the intent of a step a call may still take effect. Until then, nobody can state that the step had no
    /// effect. Linking, which consists of two calls, has twice that time.
    ///
    /// In whole seconds; default: 150 s. Set it if the client that performs the steps has other time limits, to the sum of
    /// its [`operation_timeout`](crate::ClientBuilder::operation_timeout) and its
    /// [`attempt_timeout`](crate::ClientBuilder::attempt_timeout): when a call gives up, the server may still handle its
    /// last attempt.
    #[must_use]
    pub fn settling_time(mut self, time: Duration) -> Self {
        self.settling_seconds = time.as_secs();
        self
    }

    /// The time within which the step may take effect.
    pub(super) fn settling_time_of(&self, step: Step) -> Duration {
        let calls = match step {
            // One creates the link-token, and the next one enters it at the source.
            Step::Link => 2,
            Step::Validate | Step::Migrate | Step::CutOver => 1,
        };
        Duration::from_secs(self.settling_seconds).saturating_mul(calls)
    }

    /// Whether the content belongs together, and has no credentials.
    pub(super) fn check(&self) -> Result<(), FlowError> {
        if self.plan.hash() != self.plan_hash {
            let message = "the plan in the journal does not have the hash beside it: the journal was edited";
            return Err(FlowError::new(FlowErrorKind::Altered, message));
        }
        match &self.link {
            Some(LinkSource { service: SourceService::OpsManager(url), .. }) if url.contains('@') => {
                let message =
                    "the URL of the Ops Manager contains credentials, which a journal must not: remove them";
                Err(FlowError::new(FlowErrorKind::Malformed, message))
            }
            _ => Ok(()),
        }
    }
}

impl LinkSource {
    /// A source organization in this service, with an empty access list.
    #[must_use]
    pub fn new(org: SourceOrgId, service: SourceService) -> Self {
        Self { org, service, access_list: Vec::new() }
    }

    /// Sets the addresses from which the link-token may be used. See
    /// [`Org::create_link_token`](crate::Org::create_link_token).
    #[must_use]
    pub fn access_list(mut self, entries: impl IntoIterator<Item = AccessListEntry>) -> Self {
        self.access_list = entries.into_iter().collect();
        self
    }
}
