//! What a flow is started with: the plan, where it runs, and what it includes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::{FlowError, FlowErrorKind};
use crate::generated::ids::{OrgId, ProjectId};
use crate::plan::{MigrationPlan, PlanHash};
use crate::values::access_list::AccessListEntry;
use crate::values::ids::SourceOrgId;

/// How long a request may be on its way by default: the limit of
/// [`ClientBuilder::operation_timeout`](crate::ClientBuilder::operation_timeout).
const SETTLING_TIME: Duration = Duration::from_secs(120);

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
    /// For how many seconds after its intent a request may still take effect.
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

    /// How long after the intent of a step its request may still take effect: the
    /// [`operation_timeout`](crate::ClientBuilder::operation_timeout) of the client that performs it. Until then, nobody
    /// can state that it had no effect. In whole seconds; default: 120 s.
    #[must_use]
    pub fn settling_time(mut self, time: Duration) -> Self {
        self.settling_seconds = time.as_secs();
        self
    }

    /// The time within which a request may take effect.
    pub(super) fn settling(&self) -> Duration {
        Duration::from_secs(self.settling_seconds)
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
