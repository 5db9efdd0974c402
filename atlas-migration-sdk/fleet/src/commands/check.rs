//! `check`: what will not work, before anything runs, and how long it takes.

mod report;

use std::path::PathBuf;
use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::model::AvailableProject;
use atlas_migration_sdk::plan::{self, CheckOptions, DataRate, Level, ParseRuleError, Rule, SourcePlatform};
use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::fleet_file::{FleetFile, Migration, atlas_client};
use crate::forecast::{Assumptions, Forecast, Item};
use crate::windows::Schedule;
pub(crate) use report::CheckReport;
use report::{CheckedFinding, CheckedMigration};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The fleet file.
    #[arg(default_value = "fleet.toml", value_name = "FILE")]
    file: PathBuf,
    /// The rate of each initial copy in MB/s, for the forecast and for the check of the oplogs. 20 is an assumption: measure
    /// your own.
    #[arg(long, alias = "rate", value_name = "MB/s", default_value = "20")]
    copy_rate: DataRate,
    /// The rate at which the sources' oplogs grow in MB/s [default: 0.5, an assumption].
    #[arg(long, value_name = "MB/s")]
    oplog_rate: Option<DataRate>,
    /// How long each migration that is ready waits until its cutover is approved, for the forecast. 4 hours is an assumption:
    /// half a working day.
    #[arg(long, value_name = "DURATION", default_value = "4h", value_parser = humantime::parse_duration)]
    approval: Duration,
    /// Items of the checklist that a person has confirmed for every migration, by their ids; `all` for all of them.
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = Acknowledged::parse)]
    acknowledge: Vec<Acknowledged>,
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
        let rule: Rule = text.parse().map_err(|error: ParseRuleError| error.to_string())?;
        match rule.level() {
            Level::Acknowledge => Ok(Self::One(rule)),
            level => Err(format!("a finding that {level} cannot be acknowledged")),
        }
    }
}

impl Arguments {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let file = FleetFile::read(&self.file)?;
        let schedule = Schedule::new(&file.windows).map_err(Failure::usage)?;
        // One list for all plans.
        let projects = atlas_client()?.org(file.org).available_projects().await?;
        let migrations = file.migrations.iter().map(|migration| self.check(&file, migration, &projects));
        let items: Vec<Item<'_>> =
            file.migrations.iter().map(|migration| item(migration, &projects)).collect();
        let assumptions =
            Assumptions { copy_rate: self.copy_rate, approval: self.approval, begins: Timestamp::now() };
        let forecast = Forecast::new(&items, &assumptions, &schedule);
        let report = CheckReport::new(&file.name, migrations.collect(), forecast);
        let failure = report.failure();
        context.output.show(&report, CheckReport::for_people)?;
        failure.map_or(Ok(()), Err)
    }

    fn check(
        &self,
        file: &FleetFile,
        migration: &Migration,
        projects: &[AvailableProject],
    ) -> CheckedMigration {
        let source_platform = platform(file, migration);
        let options = CheckOptions::default().platform(source_platform).copy_rate(self.copy_rate);
        let options = self.oplog_rate.map_or(options, |rate| options.oplog_rate(rate));
        let findings = plan::check(&migration.plan, projects, &options).into_iter().map(|finding| {
            let confirms = |item: &Acknowledged| {
                *item == Acknowledged::One(finding.rule)
                    || (*item == Acknowledged::All && finding.level == Level::Acknowledge)
            };
            CheckedFinding { acknowledged: self.acknowledge.iter().any(confirms), finding }
        });
        CheckedMigration {
            name: migration.name.clone(),
            host: migration.plan.migration_host().to_owned(),
            source_platform,
            findings: findings.collect(),
        }
    }
}

/// What monitors the source. An Ops Manager has a URL; this machine has none, but may run an emulator.
fn platform(file: &FleetFile, migration: &Migration) -> SourcePlatform {
    let source = migration.source.as_ref().and_then(|name| file.sources.get(name));
    let Some(url) = source.and_then(|source| source.url.as_deref()) else {
        return SourcePlatform::CloudManager;
    };
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    let others = ["cloud.mongodb.com", "cloud.mongodbgov.com", "localhost", "127.", "[::1]"];
    if others.iter().any(|other| address.starts_with(other)) {
        SourcePlatform::CloudManager
    } else {
        SourcePlatform::OpsManager
    }
}

/// The migration with the size that Atlas lists.
fn item<'a>(migration: &'a Migration, projects: &[AvailableProject]) -> Item<'a> {
    let source = migration.plan.source();
    let project = projects.iter().find(|project| project.project_id == source.project());
    let deployments = project.map_or(&[][..], |project| &project.deployments);
    let deployment = deployments.iter().find(|deployment| deployment.name == source.cluster());
    let bytes = deployment.and_then(|deployment| u64::try_from(deployment.db_size_bytes?).ok());
    Item { name: &migration.name, host: migration.plan.migration_host(), bytes }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_can_be_acknowledged() {
        assert_eq!(Acknowledged::parse("all"), Ok(Acknowledged::All));
        assert_eq!(Acknowledged::parse("time-series"), Ok(Acknowledged::One(Rule::TimeSeries)));
        for (text, part) in [
            ("time_series", "did you mean time-series?"),
            ("version-too-old", "a finding that blocks cannot be acknowledged"),
        ] {
            assert!(Acknowledged::parse(text).unwrap_err().contains(part), "{text}");
        }
    }

    #[test]
    fn the_url_of_the_source_is_its_platform() {
        for (url, expected) in [
            ("", SourcePlatform::CloudManager),
            ("url = \"https://ops.example.com:8443\"", SourcePlatform::OpsManager),
            ("url = \"https://cloud.mongodb.com\"", SourcePlatform::CloudManager),
            ("url = \"http://127.0.0.1:8581\"", SourcePlatform::CloudManager),
        ] {
            let text = format!(
                "name = \"shop\"\norg = \"32b6e34b3d91647abb20e7b8\"\nproject = \"4888442a3354817a7320eb61\"\n\
                 source = \"main\"\n[sources.main]\norg = \"5f9ad6b7e1c2a3041d0e9b10\"\n{url}\n[[migrations]]\n\
                 name = \"orders\"\nplan.migration_host = \"host\"\nplan.destination = {{ cluster = \"orders\", reach = \
                 \"public\" }}\nplan.source = {{ project = \"5f9ad6b7e1c2a3041d0e9b11\", cluster = \"orders\" }}\n"
            );
            let file = FleetFile::parse(&text, Path::new("")).unwrap();
            assert_eq!(platform(&file, &file.migrations[0]), expected, "{url}");
        }
    }
}
