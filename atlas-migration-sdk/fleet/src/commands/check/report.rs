//! What a check found, for people and programs.

use atlas_migration_sdk::plan::{Finding, Level, Rule, SourcePlatform};
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::{Class, Failure};
use crate::forecast::{Forecast, some_of};
use crate::output::table;

/// A migration can link its source, but then nobody has checked its plan before.
const LINK_FIRST: &str = ". Atlas lists only what is linked: link the source organizations before the check, with \
                          `atlas-migration source link`, even if the migrations would link them";

/// The findings of a check, and the forecast.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckReport {
    fleet: String,
    /// Whether nothing blocks and everything is acknowledged.
    passed: bool,
    migrations: Vec<CheckedMigration>,
    forecast: Forecast,
}

/// The findings of a migration's plan.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckedMigration {
    pub(super) name: String,
    /// The migration host, which is the lane.
    pub(super) host: String,
    /// What monitors or manages the source, according to the URL of its entry in `sources`.
    pub(super) source_platform: SourcePlatform,
    pub(super) findings: Vec<CheckedFinding>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckedFinding {
    #[serde(flatten)]
    pub(super) finding: Finding,
    /// Whether a person has confirmed it. Only items of the level `acknowledge` need that.
    pub(super) acknowledged: bool,
}

/// A row of the table: a finding, and the migrations that have it.
struct Row<'a> {
    found: &'a CheckedFinding,
    migrations: Vec<&'a str>,
}

impl CheckReport {
    pub(super) fn new(fleet: &str, migrations: Vec<CheckedMigration>, forecast: Forecast) -> Self {
        let mut report = Self { fleet: fleet.to_owned(), passed: false, migrations, forecast };
        report.passed = report.failure().is_none();
        report
    }

    /// The failure of a check that did not pass, as that of one plan.
    pub(super) fn failure(&self) -> Option<Failure> {
        let blocks = |found: &CheckedFinding| found.finding.level == Level::Blocks;
        let blocked: Vec<String> = self
            .migrations
            .iter()
            .filter_map(|migration| {
                let ids: Vec<_> =
                    migration.findings.iter().filter(|found| blocks(found)).map(CheckedFinding::id).collect();
                (!ids.is_empty()).then(|| format!("{} ({})", migration.name, ids.join(",")))
            })
            .collect();
        if !blocked.is_empty() {
            let blocked: Vec<&str> = blocked.iter().map(String::as_str).collect();
            let findings = self.migrations.iter().flat_map(|migration| &migration.findings);
            let is_unlinked = |found: &CheckedFinding| {
                matches!(found.finding.rule, Rule::SourceNotLinked | Rule::SourceProjectUnknown)
            };
            let advice = if findings.into_iter().any(is_unlinked) { LINK_FIRST } else { "" };
            let message = format!(
                "{} of {} migrations are not possible: {}{advice}",
                blocked.len(),
                self.migrations.len(),
                some_of(&blocked)
            );
            return Some(Failure::new(Class::Refused, message));
        }
        let findings = self.migrations.iter().flat_map(|migration| &migration.findings);
        let mut open: Vec<_> = findings.filter(|found| found.is_open()).map(CheckedFinding::id).collect();
        open.sort_unstable();
        open.dedup();
        (!open.is_empty()).then(|| {
            let message = format!(
                "a person has to confirm the checklist for every migration; then repeat the check with --acknowledge {}",
                open.join(",")
            );
            Failure::new(Class::NeedsPerson, message)
        })
    }

    pub(super) fn for_people(&self) -> String {
        let rows = self.rows().into_iter().map(|Row { found, migrations }| {
            let CheckedFinding { finding, acknowledged } = found;
            let level = if *acknowledged { "acknowledged" } else { finding.level.as_str() };
            let field = finding.field.as_ref().map_or(String::new(), |field| format!(" ({field})"));
            let example = if migrations.len() > 1 && finding.field.is_some() {
                "For the first (--output json has all): "
            } else {
                ""
            };
            // A column for each would be too narrow for sentences.
            let text = format!("{}{field}\n{example}{}\n{}", finding.rule, finding.message, finding.advice);
            [some_of(&migrations), level.to_owned(), text]
        });
        let findings = table(&["MIGRATION", "LEVEL", "FINDING"], rows, "Nothing was found.");
        format!("{findings}\n\n{}", self.forecast.for_people())
    }

    /// The findings, the most serious first. What every migration has to confirm is one row, because hundreds of
    /// migrations have the same checklist.
    fn rows(&self) -> Vec<Row<'_>> {
        let mut rows: Vec<Row<'_>> = Vec::new();
        for migration in &self.migrations {
            for found in &migration.findings {
                let same = |row: &&mut Row<'_>| {
                    let known = &row.found.finding;
                    let is_checklist = known.level == Level::Acknowledge && known.rule == found.finding.rule;
                    is_checklist || *known == found.finding
                };
                match rows.iter_mut().find(same) {
                    Some(row) => row.migrations.push(&migration.name),
                    None => rows.push(Row { found, migrations: vec![&migration.name] }),
                }
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.found.finding.level));
        rows
    }
}

impl CheckedFinding {
    fn is_open(&self) -> bool {
        self.finding.level == Level::Acknowledge && !self.acknowledged
    }

    fn id(&self) -> &'static str {
        self.finding.rule.id()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::forecast::{Assumptions, Item};
    use crate::windows::Schedule;

    fn finding(rule: Rule, field: Option<&str>, message: &str, acknowledged: bool) -> CheckedFinding {
        let finding = json!({"id": rule, "level": rule.level(), "field": field, "message": message, "advice": "Do it."});
        CheckedFinding { finding: serde_json::from_value(finding).unwrap(), acknowledged }
    }

    fn migration(name: &str, findings: Vec<CheckedFinding>) -> CheckedMigration {
        CheckedMigration {
            name: name.to_owned(),
            host: "host".to_owned(),
            source_platform: SourcePlatform::CloudManager,
            findings,
        }
    }

    fn report(migrations: Vec<CheckedMigration>) -> CheckReport {
        let items: Vec<_> = migrations
            .iter()
            .map(|migration| Item { name: &migration.name, host: "host", bytes: Some(1) })
            .collect();
        let assumptions = Assumptions {
            copy_rate: "20".parse().unwrap(),
            approval: Duration::from_secs(3600),
            begins: "2026-11-28T12:00:00Z".parse().unwrap(),
        };
        let forecast = Forecast::new(&items, &assumptions, &Schedule::new(&[]).unwrap());
        CheckReport::new("shop", migrations, forecast)
    }

    fn checklist(name: &str, acknowledged: bool) -> CheckedFinding {
        let message = format!("The destination `{name}` must be a replica set.");
        finding(Rule::DestinationCluster, Some("destination.cluster"), &message, acknowledged)
    }

    #[test]
    fn the_exit_status_is_that_of_the_most_serious_finding() {
        let unlinked = || finding(Rule::SourceNotLinked, None, "Nothing is linked.", false);
        let blocking = || finding(Rule::VersionTooOld, None, "6.0.12 is too old.", false);
        for (findings, expected) in [
            (vec![], None),
            (vec![checklist("orders", true)], None),
            (vec![finding(Rule::TlsNotUsed, None, "No TLS.", false)], None),
            (
                vec![checklist("orders", false)],
                Some((Class::NeedsPerson, "--acknowledge destination-cluster")),
            ),
            (vec![unlinked()], Some((Class::Refused, "link the source organizations before the check"))),
            (
                vec![checklist("orders", false), blocking()],
                Some((Class::Refused, "1 of 2 migrations are not possible: orders (version-too-old)")),
            ),
        ] {
            let report = report(vec![migration("orders", findings), migration("stock", vec![])]);
            let failure = report.failure();
            assert_eq!(report.passed, expected.is_none());
            assert_eq!(failure.as_ref().map(Failure::class), expected.map(|(class, _)| class));
            let message = failure.map_or(String::new(), |failure| failure.to_string());
            assert!(message.contains(expected.map_or("", |(_, part)| part)), "{message}");
        }
    }

    #[test]
    fn the_checklist_of_all_migrations_has_one_row_for_each_item() {
        let blocking = |name: &str| finding(Rule::VersionTooOld, None, &format!("{name} is too old."), false);
        let names: Vec<String> = (0..20).map(|index| format!("m{index}")).collect();
        let migrations = names.iter().map(|name| {
            let findings = match name.as_str() {
                "m3" | "m7" => vec![checklist(name, false), blocking(name)],
                _ => vec![checklist(name, false)],
            };
            migration(name, findings)
        });
        let report = report(migrations.collect());
        let rows = report.rows();
        let rows: Vec<_> = rows.iter().map(|row| (row.found.id(), row.migrations.len())).collect();
        assert_eq!(rows, [("version-too-old", 1), ("version-too-old", 1), ("destination-cluster", 20)]);
        let text = report.for_people();
        for part in [
            "m3 is too old.",
            "m7 is too old.",
            "and 10 more",
            "For the first (--output json has all): The destination `m0`",
            "The critical",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn the_json_is_that_of_its_schema() {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let schema = schemars::SchemaGenerator::new(settings).into_root_schema_for::<CheckReport>();
        let validator = jsonschema::validator_for(schema.as_value()).unwrap();
        let mut value =
            serde_json::to_value(report(vec![migration("orders", vec![checklist("orders", true)])])).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(value["migrations"][0]["findings"][0]["id"], "destination-cluster");
        assert_eq!(value["forecast"]["criticalLane"], "host");
        value["forecast"]["lanes"][0]["totalSeconds"] = "one".into();
        assert!(!validator.is_valid(&value), "the schema accepts anything");
    }
}
