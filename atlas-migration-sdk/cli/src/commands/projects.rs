//! `projects`: what a linked Atlas organization can migrate.

use atlas_migration_sdk::OrgId;
use atlas_migration_sdk::model::{AvailableDeployment, AvailableProject};
use clap::{Args, Subcommand};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the source projects with their deployments and migration hosts.
    ///
    /// The organization must be linked to the source: see `source link`. Role: Organization Owner.
    #[command(
        after_help = "Example:\n  atlas-migration projects list --output json | jq -r '.[].migrationHosts[]'"
    )]
    List(List),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID")]
    org_id: Option<OrgId>,
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let Self::List(list) = self;
        let projects = context.settings.org(list.org_id)?.available_projects().await?;
        context.output.show(&projects, |projects| {
            let empty = "No source projects. Is the organization linked? `atlas-migration source status` shows that.";
            let deployments = table(
                &["PROJECT", "PROJECT ID", "DEPLOYMENT", "TYPE", "VERSION", "FCV", "TLS", "SIZE", "OPLOG"],
                projects.iter().flat_map(|project| {
                    project.deployments.iter().map(|deployment| deployment_row(project, deployment))
                }),
                empty,
            );
            if projects.is_empty() {
                return deployments;
            }
            let hosts = table(
                &["PROJECT", "MIGRATION HOST"],
                projects.iter().flat_map(|project| {
                    project.migration_hosts.iter().map(|host| [project.name.clone(), host.clone()])
                }),
                "No migration hosts. Provision one in the source project: each migration needs a dedicated host.",
            );
            format!("{deployments}\n\n{hosts}")
        })
    }
}

fn deployment_row(project: &AvailableProject, deployment: &AvailableDeployment) -> [String; 9] {
    let unknown = || "unknown".to_owned();
    [
        project.name.clone(),
        project.project_id.to_string(),
        deployment.name.clone(),
        if deployment.sharded { "sharded" } else { "not sharded" }.to_owned(),
        deployment.mongo_db_version.clone(),
        deployment.feature_compatibility_version.clone(),
        if deployment.tls_enabled { "yes" } else { "no" }.to_owned(),
        deployment.db_size_bytes.map_or_else(unknown, size),
        deployment.oplog_size_mb.map_or_else(unknown, |size| format!("{size} MB")),
    ]
}

/// A size for people, such as "1.5 GiB".
fn size(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut size, mut unit) = (bytes as f64, 0);
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{size:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_a_unit() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_610_612_736, "1.5 GiB"),
            (i64::MAX, "8388608.0 TiB"),
            (-1, "-1 B"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
