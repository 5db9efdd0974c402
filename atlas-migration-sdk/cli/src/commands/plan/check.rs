//! `plan check`: what will not work, before anything runs.

use atlas_migration_sdk::model::AvailableProject;
use atlas_migration_sdk::plan::{self, CheckOptions, DataRate, Finding, Level, Rule, SourcePlatform};
use atlas_migration_sdk::{MigrationPlan, OrgId};
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;

use super::PlanFile;
use crate::commands::unlinked;
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::output::table;
use crate::settings::source_url;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    plan: PlanFile,
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID")]
    org_id: Option<OrgId>,
    #[command(flatten)]
    checks: Checks,
}

/// What a check assumes, and what a person has confirmed.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Plan check")]
pub(crate) struct Checks {
    /// What monitors or manages the source [default: Ops Manager if SOURCE_MANAGER_URL is its URL, or else Cloud Manager].
    #[arg(long, value_enum, value_name = "PLATFORM")]
    source_platform: Option<Platform>,
    /// The rate of the initial copy in MB/s, which is compared with the oplog [default: 20, an assumption].
    #[arg(long, value_name = "MB/s")]
    copy_rate: Option<DataRate>,
    /// The rate at which the source's oplog grows in MB/s [default: 0.5, an assumption].
    #[arg(long, value_name = "MB/s")]
    oplog_rate: Option<DataRate>,
    /// Items of the checklist that a person has confirmed, by their ids; `all` for all of them.
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = Acknowledged::parse)]
    acknowledge: Vec<Acknowledged>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Platform {
    CloudManager,
    OpsManager,
}

impl Platform {
    /// The platform of the source manager with this URL. This machine has no Ops Manager, but may run an emulator.
    fn of(url: Option<&str>) -> Self {
        let Some(url) = url else { return Self::CloudManager };
        let address = url.split_once("://").map_or(url, |(_, address)| address);
        let others = ["cloud.mongodb.com", "cloud.mongodbgov.com", "localhost", "127.", "[::1]"];
        if others.iter().any(|other| address.starts_with(other)) {
            Self::CloudManager
        } else {
            Self::OpsManager
        }
    }
}

impl From<Platform> for SourcePlatform {
    fn from(platform: Platform) -> Self {
        match platform {
            Platform::CloudManager => Self::CloudManager,
            Platform::OpsManager => Self::OpsManager,
        }
    }
}

/// What `--acknowledge` confirms.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Acknowledged {
    All,
    One(Rule),
}

impl Acknowledged {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::All);
        }
        let rule: Rule = text.parse().map_err(|error: plan::ParseRuleError| error.to_string())?;
        match rule.level() {
            Level::Acknowledge => Ok(Self::One(rule)),
            level => Err(format!("a finding that {level} cannot be acknowledged")),
        }
    }
}

/// The findings of a check.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckReport {
    /// Whether nothing blocks and everything is acknowledged.
    passed: bool,
    /// What the check assumed to monitor or manage the source.
    source_platform: SourcePlatform,
    findings: Vec<CheckedFinding>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CheckedFinding {
    #[serde(flatten)]
    finding: Finding,
    /// Whether a person has confirmed it. Only items of the level `acknowledge` need that.
    acknowledged: bool,
}

impl CheckedFinding {
    fn is_open(&self) -> bool {
        self.finding.level == Level::Acknowledge && !self.acknowledged
    }
}

impl Arguments {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let plan = self.plan.read()?;
        let projects = context.settings.org(self.org_id)?.available_projects().await?;
        let report = self.checks.run(&plan, &projects, &[]);
        let failure = report.failure("repeat the check");
        context.output.show(&report, CheckReport::for_people)?;
        failure.map_or(Ok(()), Err)
    }
}

impl Checks {
    /// Checks a plan. `confirmed` are the ids of items that were acknowledged earlier.
    pub(crate) fn run(
        &self,
        plan: &MigrationPlan,
        projects: &[AvailableProject],
        confirmed: &[String],
    ) -> CheckReport {
        let platform = self.source_platform.unwrap_or_else(|| Platform::of(source_url().as_deref()));
        let source_platform = SourcePlatform::from(platform);
        let findings =
            plan::check(plan, projects, &self.options(source_platform)).into_iter().map(|finding| {
                let confirms = |item: &Acknowledged| {
                    *item == Acknowledged::One(finding.rule)
                        || (*item == Acknowledged::All && finding.level == Level::Acknowledge)
                };
                let acknowledged = self.acknowledge.iter().any(confirms)
                    || confirmed.iter().any(|confirmed| confirmed == finding.rule.id());
                CheckedFinding { acknowledged, finding }
            });
        let mut report = CheckReport { passed: false, source_platform, findings: findings.collect() };
        report.passed = report.failure("").is_none();
        report
    }

    /// The value of `--source-platform`.
    pub(crate) fn source_platform(&self) -> Option<String> {
        let value = self.source_platform?.to_possible_value()?;
        Some(value.get_name().to_owned())
    }

    fn options(&self, platform: SourcePlatform) -> CheckOptions {
        let options = CheckOptions::default().platform(platform);
        let options = self.copy_rate.map_or(options, |rate| options.copy_rate(rate));
        self.oplog_rate.map_or(options, |rate| options.oplog_rate(rate))
    }
}

impl CheckReport {
    /// The failure of a check that did not pass. `repeat` is what to do again with the acknowledgements.
    pub(crate) fn failure(&self, repeat: &str) -> Option<Failure> {
        let blocking = self.ids(|finding| finding.finding.level == Level::Blocks).join(",");
        if !blocking.is_empty() {
            let failure = Failure::new(Class::Refused, format!("the plan cannot be migrated: {blocking}"));
            let is_unlinked =
                self.findings.iter().any(|finding| finding.finding.rule == Rule::SourceNotLinked);
            return Some(if is_unlinked { unlinked::failure(failure) } else { failure });
        }
        let open = self.open().join(",");
        (!open.is_empty()).then(|| {
            let message =
                format!("a person has to confirm the checklist; then {repeat} with --acknowledge {open}");
            Failure::new(Class::NeedsPerson, message)
        })
    }

    /// Whether nothing blocks and everything is acknowledged.
    pub(crate) fn passed(&self) -> bool {
        self.passed
    }

    /// Whether a finding makes the migration impossible.
    pub(crate) fn blocks(&self) -> bool {
        self.findings.iter().any(|finding| finding.finding.level == Level::Blocks)
    }

    /// The ids of the items that nobody has acknowledged.
    pub(crate) fn open(&self) -> Vec<&'static str> {
        self.ids(CheckedFinding::is_open)
    }

    /// The ids of the items that a person has acknowledged.
    pub(crate) fn acknowledged(&self) -> Vec<&'static str> {
        self.ids(|finding| finding.acknowledged)
    }

    fn ids(&self, matches: fn(&CheckedFinding) -> bool) -> Vec<&'static str> {
        let matching = self.findings.iter().filter(|finding| matches(finding));
        matching.map(|finding| finding.finding.rule.id()).collect()
    }

    pub(crate) fn for_people(&self) -> String {
        let rows = self.findings.iter().map(|CheckedFinding { finding, acknowledged }| {
            let level = if *acknowledged { "acknowledged" } else { finding.level.as_str() };
            let field = finding.field.as_ref().map_or(String::new(), |field| format!(" ({field})"));
            // Three lines: a column for each would be too narrow for sentences.
            let text = format!("{}{field}\n{}\n{}", finding.rule, finding.message, finding.advice);
            [level.to_owned(), text]
        });
        let platform = match self.source_platform {
            SourcePlatform::OpsManager => "Ops Manager",
            _ => "Cloud Manager",
        };
        let table = table(&["LEVEL", "FINDING"], rows, "Nothing was found.");
        format!("{table}\n\nChecked as a source in {platform}; --source-platform changes that.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_of_a_source_manager() {
        for (url, expected) in [
            (None, Platform::CloudManager),
            (Some("https://ops.example.com:8443"), Platform::OpsManager),
            (Some("https://cloud.mongodb.com"), Platform::CloudManager),
            (Some("http://127.0.0.1:8581"), Platform::CloudManager),
        ] {
            assert_eq!(Platform::of(url), expected, "{url:?}");
        }
    }

    #[test]
    fn what_can_be_acknowledged() {
        assert_eq!(Acknowledged::parse("all"), Ok(Acknowledged::All));
        assert_eq!(Acknowledged::parse("time-series"), Ok(Acknowledged::One(Rule::TimeSeries)));
        for (text, part) in [
            ("time_series", "did you mean time-series?"),
            ("version-too-old", "a finding that blocks cannot be acknowledged"),
            ("tls-not-used", "a finding that warns cannot be acknowledged"),
        ] {
            assert!(Acknowledged::parse(text).unwrap_err().contains(part), "{text}");
        }
    }
}
