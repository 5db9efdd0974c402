//! `plan check`: what will not work, before anything runs.

use atlas_migration_sdk::OrgId;
use atlas_migration_sdk::plan::{self, CheckOptions, DataRate, Finding, Level, Rule, SourcePlatform};
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;

use super::PlanFile;
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::output::{printable, table};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    plan: PlanFile,
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID")]
    org_id: Option<OrgId>,
    /// What monitors or manages the source.
    #[arg(long, value_enum, default_value_t, value_name = "PLATFORM")]
    source_platform: Platform,
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

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Platform {
    #[default]
    CloudManager,
    OpsManager,
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
        let findings = plan::check(&plan, &projects, &self.options());
        let findings: Vec<_> = findings
            .into_iter()
            .map(|finding| {
                let confirms = |item: &Acknowledged| {
                    *item == Acknowledged::One(finding.rule)
                        || (*item == Acknowledged::All && finding.level == Level::Acknowledge)
                };
                CheckedFinding { acknowledged: self.acknowledge.iter().any(confirms), finding }
            })
            .collect();
        let failure = failure(&findings);
        context.output.show(&CheckReport { passed: failure.is_none(), findings }, for_people)?;
        failure.map_or(Ok(()), Err)
    }

    fn options(&self) -> CheckOptions {
        let options = CheckOptions::default().platform(match self.source_platform {
            Platform::CloudManager => SourcePlatform::CloudManager,
            Platform::OpsManager => SourcePlatform::OpsManager,
        });
        let options = self.copy_rate.map_or(options, |rate| options.copy_rate(rate));
        self.oplog_rate.map_or(options, |rate| options.oplog_rate(rate))
    }
}

/// The failure of a check that did not pass.
fn failure(findings: &[CheckedFinding]) -> Option<Failure> {
    let ids = |is_meant: fn(&CheckedFinding) -> bool| {
        let meant = findings.iter().filter(|finding| is_meant(finding));
        meant.map(|finding| finding.finding.rule.id()).collect::<Vec<_>>().join(",")
    };
    let blocking = ids(|finding| finding.finding.level == Level::Blocks);
    if !blocking.is_empty() {
        return Some(Failure::new(Class::Refused, format!("the plan cannot be migrated: {blocking}")));
    }
    let open = ids(CheckedFinding::is_open);
    (!open.is_empty()).then(|| {
        let message =
            format!("a person has to confirm the checklist; then repeat the check with --acknowledge {open}");
        Failure::new(Class::NeedsPerson, message)
    })
}

fn for_people(report: &CheckReport) -> String {
    let rows = report.findings.iter().map(|CheckedFinding { finding, acknowledged }| {
        let level = if *acknowledged { "acknowledged" } else { finding.level.as_str() };
        let field = finding.field.as_deref().unwrap_or("");
        let text = printable(&format!("{} {}", finding.message, finding.advice));
        [level.to_owned(), finding.rule.to_string(), field.to_owned(), text]
    });
    table(&["LEVEL", "ID", "FIELD", "FINDING"], rows, "Nothing was found.")
}

#[cfg(test)]
mod tests {
    use super::*;

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
