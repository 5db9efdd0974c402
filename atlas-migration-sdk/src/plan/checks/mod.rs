//! Checks of a plan before anything runs: what MongoDB does not support, what contradicts the source, and what a person
//! has to confirm. Without I/O.

mod checklist;
mod listed;
pub(super) mod names;
mod rule;
mod source;
mod supported;
mod version;

use serde::{Deserialize, Serialize};

pub use rule::{Level, ParseRuleError, Rule};

use super::MigrationPlan;
use super::rate::DataRate;
use crate::generated::models::AvailableProject;

/// Checks a plan against the source projects that Atlas lists,
/// [`Org::available_projects`](crate::Org::available_projects). Sends nothing.
///
/// The findings that block come first, then the warnings, then what a person has to acknowledge. Without a finding that
/// blocks, the migration can still fail: the job of [`Project::validate`](crate::Project::validate) connects to both
/// clusters, which this function does not.
///
/// What MongoDB supports is from its documentation of November 2026.
///
/// ```
/// use atlas_migration_sdk::model::AvailableProject;
/// use atlas_migration_sdk::plan::{self, CheckOptions, Destination, Level, MigrationPlan, Rule, Source};
///
/// let projects: Vec<AvailableProject> = serde_json::from_str(r#"[{
///     "name": "Shop", "projectId": "5f9ad6b7e1c2a3041d0e9b11", "migrationHosts": ["vm001.example.com"],
///     "deployments": [{
///         "name": "orders", "mongoDBVersion": "6.0.12", "featureCompatibilityVersion": "6.0",
///         "managed": true, "sharded": false, "tlsEnabled": true
///     }]
/// }]"#)?;
/// let source = Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse()?, "orders");
/// let plan = MigrationPlan::new(source, Destination::public("orders"), "vm001.example.com");
///
/// let findings = plan::check(&plan, &projects, &CheckOptions::default());
/// assert_eq!((findings[0].rule, findings[0].level), (Rule::VersionTooOld, Level::Blocks));
/// println!("{}: {} {}", findings[0].rule, findings[0].message, findings[0].advice);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check(plan: &MigrationPlan, projects: &[AvailableProject], options: &CheckOptions) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Err(error) = plan.check_contents() {
        findings.add(Rule::PlanInvalid, None, format!("{error}."), "Correct the plan.");
    }
    let deployment = listed::find_source(plan, projects, &mut findings);
    if let Some(deployment) = deployment {
        supported::check(plan, deployment, options.platform, &mut findings);
        source::check(plan, deployment, options, &mut findings);
    }
    checklist::add(plan, deployment, &mut findings);
    findings.sorted()
}

/// What monitors or manages the source deployment. MongoDB supports different versions for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum SourcePlatform {
    /// MongoDB Cloud Manager.
    #[default]
    CloudManager,
    /// MongoDB Ops Manager.
    OpsManager,
}

/// What a check assumes that Atlas does not list.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "give it to `plan::check`"]
pub struct CheckOptions {
    platform: SourcePlatform,
    copy_rate: DataRate,
    oplog_rate: DataRate,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            platform: SourcePlatform::default(),
            copy_rate: DataRate::constant(20.0),
            oplog_rate: DataRate::constant(0.5),
        }
    }
}

impl CheckOptions {
    /// What monitors or manages the source. Default: Cloud Manager.
    pub fn platform(mut self, platform: SourcePlatform) -> Self {
        self.platform = platform;
        self
    }

    /// The rate at which the initial copy proceeds. Default: 20 MB/s, an assumption. Measure your own: it depends on the
    /// migration host, the network, the tier of the destination, and the indexes.
    pub fn copy_rate(mut self, rate: DataRate) -> Self {
        self.copy_rate = rate;
        self
    }

    /// The rate at which the source's oplog grows. Default: 0.5 MB/s, an assumption. `rs.printReplicationInfo()` in the
    /// shell shows the size of the oplog and the time that it covers.
    pub fn oplog_rate(mut self, rate: DataRate) -> Self {
        self.oplog_rate = rate;
        self
    }
}

/// What a check found.
///
/// As JSON: `{"id": "version-too-old", "level": "blocks", "field": "source.cluster", "message": …, "advice": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// What the finding is about.
    #[serde(rename = "id")]
    pub rule: Rule,
    /// How serious it is: the level of the rule.
    pub level: Level,
    /// The field of the plan, such as `source.cluster`, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What was found, in one or more sentences.
    pub message: String,
    /// What to do about it, in one or more sentences.
    pub advice: String,
}

/// Collects findings.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(
        &mut self,
        rule: Rule,
        field: Option<&str>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.0.push(Finding {
            rule,
            level: rule.level(),
            field: field.map(str::to_owned),
            message: message.into(),
            advice: advice.into(),
        });
    }

    /// The most serious first, otherwise in the order in which they were found.
    fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        self.0
    }
}

#[cfg(test)]
mod tests;
