//! The draft of a fleet file, from what Atlas lists.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use atlas_migration_sdk::model::{AvailableDeployment, AvailableProject};
use atlas_migration_sdk::{OrgId, ProjectId};

use super::AtlasLimits;
use super::migrations::host_key;
use crate::names::{MAX_NAME_LENGTH, check_name};
use crate::output::printable;

/// What Atlas does not list.
pub(crate) struct Choices {
    /// The name of the fleet.
    pub(crate) name: String,
    pub(crate) org: OrgId,
    /// The Atlas project of the destinations, if it is known.
    pub(crate) project: Option<ProjectId>,
}

/// A draft of a fleet file.
pub(crate) struct Draft {
    pub(crate) text: String,
    /// The names of its migrations.
    pub(crate) migrations: Vec<String>,
    /// Its migration hosts.
    pub(crate) lanes: Vec<String>,
    /// The source projects that have deployments, but no migration host.
    pub(crate) without_host: Vec<String>,
}

/// A deployment with the host that it was given.
struct Assigned<'a> {
    project: &'a AvailableProject,
    deployment: &'a AvailableDeployment,
    host: String,
}

/// Drafts a fleet with a migration for each deployment.
pub(crate) fn draft(choices: &Choices, projects: &[AvailableProject]) -> Draft {
    let (assigned, without_host) = assign(projects);
    let mut lanes: Vec<String> = assigned.iter().map(|assigned| assigned.host.clone()).collect();
    lanes.sort_unstable();
    lanes.dedup();
    let has_users = assigned.iter().any(|assigned| !assigned.deployment.managed);
    let mut text = header(choices, lanes.len(), has_users);
    let mut names = Names::default();
    let mut migrations = Vec::new();
    let mut project_before = None;
    for assigned in &assigned {
        if project_before != Some(assigned.project.project_id) {
            let name = comment(&assigned.project.name);
            let _ = write!(text, "\n# The source project {name}.\n");
            project_before = Some(assigned.project.project_id);
        }
        let (name, destination) = names.take(assigned);
        migration(&mut text, assigned, &name, &destination);
        migrations.push(name);
    }
    for project in &without_host {
        let project = comment(project);
        let _ = write!(
            text,
            "\n# The source project {project} has no migration host: provision one there, on a dedicated machine.\n"
        );
    }
    if migrations.is_empty() {
        text.push_str("\n# Atlas lists no deployment that has a migration host.\n");
    }
    Draft { text, migrations, lanes, without_host }
}

/// Gives each deployment a host of its project: the largest first, each to the host that has the least to copy, so that
/// the lanes end at about the same time. The order of the file remains that of Atlas.
fn assign(projects: &[AvailableProject]) -> (Vec<Assigned<'_>>, Vec<String>) {
    let mut loads: BTreeMap<String, (u128, usize)> = BTreeMap::new();
    let mut spellings: BTreeMap<String, String> = BTreeMap::new();
    let (mut assigned, mut without_host) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (position, project) in projects.iter().enumerate() {
        let hosts: Vec<String> = project
            .migration_hosts
            .iter()
            .filter_map(|host| Some(spellings.entry(host_key(host)?).or_insert_with(|| host.clone()).clone()))
            .collect();
        let mut deployments: Vec<_> = project.deployments.iter().enumerate().collect();
        deployments.retain(|(_, deployment)| seen.insert((project.project_id, deployment.name.as_str())));
        if hosts.is_empty() && !deployments.is_empty() {
            without_host.push(project.name.clone());
            continue;
        }
        deployments.sort_by_key(|(index, deployment)| (std::cmp::Reverse(size(deployment)), *index));
        for (index, deployment) in deployments {
            let load = |host: &&String| loads.get(*host).copied().unwrap_or_default();
            let Some(host) = hosts.iter().min_by_key(load).cloned() else { continue };
            let load = loads.entry(host.clone()).or_default();
            *load = (load.0 + u128::from(size(deployment)), load.1 + 1);
            assigned.push(((position, index), Assigned { project, deployment, host }));
        }
    }
    assigned.sort_by_key(|(order, _)| *order);
    (assigned.into_iter().map(|(_, assigned)| assigned).collect(), without_host)
}

fn size(deployment: &AvailableDeployment) -> u64 {
    deployment.db_size_bytes.and_then(|size| u64::try_from(size).ok()).unwrap_or_default()
}

/// The names of migrations and destinations that are taken.
#[derive(Default)]
struct Names {
    migrations: HashSet<String>,
    destinations: HashSet<String>,
}

impl Names {
    /// A name for the migration, and one for its destination: that of the deployment, unless another has it.
    fn take(&mut self, assigned: &Assigned<'_>) -> (String, String) {
        let deployment = as_name(&assigned.deployment.name);
        let qualified = as_name(&format!("{}-{deployment}", as_name(&assigned.project.name)));
        let mut candidates = [deployment, qualified.clone()].into_iter().chain(numbered(qualified));
        // The numbers do not end before one is free.
        let name =
            candidates.find(|name| self.migrations.insert(name.to_ascii_lowercase())).unwrap_or_default();
        let mut candidates =
            [assigned.deployment.name.clone(), name.clone()].into_iter().chain(numbered(name.clone()));
        let destination = candidates.find(|name| self.destinations.insert(name.clone())).unwrap_or_default();
        (name, destination)
    }
}

fn numbered(name: String) -> impl Iterator<Item = String> {
    (2u64..).map(move |number| {
        let end = format!("-{number}");
        let kept: String = name.chars().take(MAX_NAME_LENGTH - end.len()).collect();
        kept + &end
    })
}

/// A text as a name: other characters become hyphens.
fn as_name(text: &str) -> String {
    let allowed = |character: char| {
        if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' }
    };
    let name: String = text.chars().map(allowed).skip_while(|first| !first.is_ascii_alphanumeric()).collect();
    let name: String = name.chars().take(MAX_NAME_LENGTH).collect();
    if check_name(&name).is_ok() { name } else { "deployment".to_owned() }
}

fn migration(text: &mut String, assigned: &Assigned<'_>, name: &str, destination: &str) {
    let AvailableDeployment { managed, tls_enabled, sharded, mongo_db_version, .. } = assigned.deployment;
    let kind = if *sharded { "sharded" } else { "not sharded" };
    let size = match assigned.deployment.db_size_bytes {
        Some(bytes) => format!("{:.1} GB", bytes as f64 / 1e9),
        None => "of unknown size".to_owned(),
    };
    let mut source = format!(
        "project = \"{}\", cluster = {}",
        assigned.project.project_id,
        quoted(&assigned.deployment.name)
    );
    if !managed {
        // FILL IN is part of the header.
        source += ", username = \"migrator\"";
    }
    if !tls_enabled {
        source += ", tls = false";
    }
    let password = if *managed { "" } else { "password = \"source-user\"\n" };
    let _ = write!(
        text,
        "\n# MongoDB {}, {kind}, {size}.\n[[migrations]]\nname = {}\n{password}plan.migration_host = {}\nplan.source = {{ \
         {source} }}\nplan.destination = {{ cluster = {}, reach = \"public\" }}\n",
        comment(mongo_db_version),
        quoted(name),
        quoted(&assigned.host),
        quoted(destination)
    );
}

fn header(choices: &Choices, lanes: usize, has_users: bool) -> String {
    let Choices { name, org, project } = choices;
    let project = match project {
        Some(project) => format!("project = \"{project}\""),
        None => "# FILL IN:\n# project = \"\"".to_owned(),
    };
    let default = AtlasLimits::default();
    let poll =
        default.poll_interval.as_secs_f64().max(2.0 * lanes as f64 / default.requests_per_second).ceil();
    let atlas = if poll > default.poll_interval.as_secs_f64() {
        format!(
            "[atlas]\n# {lanes} lanes with the default of one minute would need too much of the rate.\npoll_interval = \"{poll}s\""
        )
    } else {
        "# [atlas]\n# requests_per_second = 4\n# poll_interval = \"60s\"".to_owned()
    };
    let passwords = if has_users { PASSWORDS } else { "" };
    format!(
        r#"# A fleet of live migrations, drafted from what Atlas lists. Before it is used, a person reads it and fills in:
#
# - `project`: the Atlas project of the destinations
# - the destination of each migration: a cluster that exists there. The draft has the name of the source.
# - `reach`: public, vpc-peering, or private-link with private_link_id
# - `username` of each source that automation does not manage: a user with SCRAM
# - who approves cutovers, and when they may begin
#
# Each deployment is a migration, and each migration host is a lane: one migration after the other, in this order.
# `atlas-migration-fleet check` shows what will not work, and how long it takes.

# A part of the ids of the workflows: another name is another fleet.
name = {}
# The Atlas organization.
org = "{org}"
# The Atlas project of the destinations. A migration can have a `project` of its own.
{project}

# The source organization is linked to Atlas already, or else Atlas would list nothing. A fleet can link one itself:
#
# [sources.main]
# org = "" # its id in Cloud Manager, or with `url` in an Ops Manager
# access_list = ["203.0.113.7"] # from where the link-token may be used

# When a cutover may begin. Without windows: at any time.
#
# [[windows]]
# days = ["sat", "sun"]
# from = "22:00"
# to = "04:00"
# time_zone = "Europe/Berlin"

# Who may approve. Without names: everybody who has access to the namespace of Temporal.
#
# [approvals]
# by = ["alice", "bob"]
# max_lag = "30s"

# Commands that the workers run: for questions and reminders, and to compare the data before each cutover.
#
# [hooks]
# notify = "./notify.sh"
# verify = "./compare.sh"

{atlas}
{passwords}"#,
        quoted(name)
    )
}

const PASSWORDS: &str = r#"
# Where a worker finds the passwords of the sources' users. Never the password itself.
[passwords]
source-user = { env = "MONGODB_ATLAS_SOURCE_PASSWORD" }
"#;

/// The text as a string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The text for a comment, on one line.
fn comment(text: &str) -> String {
    printable(text).replace('\n', " ")
}

#[cfg(test)]
mod tests;
