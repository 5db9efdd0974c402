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
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::fleet_file::FleetFile;

    fn deployment(name: &str, gigabytes: Option<u64>, managed: bool) -> serde_json::Value {
        let mut deployment = json!({"name": name, "mongoDBVersion": "7.0.14", "featureCompatibilityVersion": "7.0",
            "managed": managed, "sharded": false, "tlsEnabled": managed});
        if let Some(size) = gigabytes {
            deployment["dbSizeBytes"] = (size * 1_000_000_000).into();
        }
        deployment
    }

    fn projects(list: serde_json::Value) -> Vec<AvailableProject> {
        serde_json::from_value(list).unwrap()
    }

    fn choices(project: bool) -> Choices {
        Choices {
            name: "shop".to_owned(),
            org: "32b6e34b3d91647abb20e7b8".parse().unwrap(),
            project: project.then(|| "4888442a3354817a7320eb61".parse().unwrap()),
        }
    }

    fn read(text: &str) -> FleetFile {
        FleetFile::parse(text, Path::new("")).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
    }

    #[test]
    fn the_largest_deployments_are_distributed_first() {
        let list = json!([{"name": "Shop", "projectId": "5f9ad6b7e1c2a3041d0e9b11", "migrationHosts": ["b", "a"],
            "deployments": [deployment("log", Some(10), true), deployment("orders", Some(100), true),
                deployment("stock", Some(60), true), deployment("customers", Some(50), true),
                deployment("new", None, true)]}]);
        let file = read(&draft(&choices(true), &projects(list)).text);
        let found: Vec<_> = file
            .migrations
            .iter()
            .map(|migration| (migration.name.as_str(), migration.plan.migration_host()))
            .collect();
        // b: 100 + 10, a: 60 + 50. The order is that of Atlas.
        assert_eq!(found, [("log", "b"), ("orders", "b"), ("stock", "a"), ("customers", "a"), ("new", "b")]);
    }

    #[test]
    fn what_is_ambiguous_gets_another_name() {
        let project = |name: &str, id: &str, deployments: serde_json::Value| json!({"name": name, "projectId": id, "migrationHosts": ["host"], "deployments": deployments});
        let list = json!([
            project(
                "Shop EU",
                "5f9ad6b7e1c2a3041d0e9b11",
                json!([deployment("orders", None, true), deployment("my db", None, true)])
            ),
            project(
                "Shop",
                "5f9ad6b7e1c2a3041d0e9b12",
                json!([deployment("Orders", None, true), deployment("my-db", None, true)])
            ),
            project("Shop", "5f9ad6b7e1c2a3041d0e9b13", json!([deployment("orders", None, true)])),
            json!({"name": "Empty\nhost = 1", "projectId": "5f9ad6b7e1c2a3041d0e9b14", "migrationHosts": [],
                "deployments": [deployment("lost", None, true)]}),
        ]);
        let draft = draft(&choices(true), &projects(list));
        assert_eq!(draft.migrations, ["orders", "my-db", "Shop-Orders", "Shop-my-db", "Shop-orders-2"]);
        assert_eq!(draft.without_host, ["Empty\nhost = 1"]);
        assert!(
            draft.text.contains("# The source project Empty host = 1 has no migration host"),
            "{}",
            draft.text
        );
        let file = read(&draft.text);
        let destinations: Vec<_> =
            file.migrations.iter().map(|migration| migration.plan.destination().cluster()).collect();
        assert_eq!(destinations, ["orders", "my db", "Orders", "my-db", "Shop-orders-2"]);
    }

    #[test]
    fn a_person_has_to_fill_in_the_project() {
        let list = json!([{"name": "Shop", "projectId": "5f9ad6b7e1c2a3041d0e9b11", "migrationHosts": ["host"],
            "deployments": [deployment("orders", None, false), deployment("stock", None, true)]}]);
        let list = projects(list);
        let text = draft(&choices(false), &list).text;
        let problems = FleetFile::parse(&text, Path::new("")).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].message.starts_with("`project` is missing"), "{problems:?}");
        let file = read(&draft(&choices(true), &list).text);
        let source = file.migrations[0].plan.source();
        assert_eq!(
            (source.username(), file.migrations[0].password.as_deref()),
            (Some("migrator"), Some("source-user"))
        );
        assert_eq!(
            (file.migrations[1].plan.source().username(), &file.migrations[1].password),
            (None, &None)
        );
    }

    /// Each sample in a comment can be used by removing the comment signs.
    #[test]
    fn the_samples_are_valid() {
        let list = json!([{"name": "Shop", "projectId": "5f9ad6b7e1c2a3041d0e9b11", "migrationHosts": ["host"],
            "deployments": [deployment("orders", None, true)]}]);
        let text = draft(&choices(false), &projects(list)).text;
        let is_sample = |line: &str| line.starts_with('[') || line.contains(" = ");
        let used: Vec<_> = text
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|sample| is_sample(sample)).unwrap_or(line))
            .collect();
        let used = used.join("\n").replace("project = \"\"", "project = \"4888442a3354817a7320eb61\"");
        let file = read(&used.replace("org = \"\"", "org = \"5f9ad6b7e1c2a3041d0e9b10\""));
        assert_eq!((file.windows.len(), file.approvals.by.len(), file.sources.len()), (1, 2, 1));
        assert_eq!((file.atlas.requests_per_second, file.atlas.poll_interval.as_secs()), (4.0, 60));
        assert!(file.hooks.notify.is_some() && file.hooks.verify.is_some());
    }

    #[test]
    fn many_lanes_are_polled_less_often() {
        let list: Vec<_> = (0..500)
            .map(|index| {
                json!({"name": "P", "projectId": format!("5f9ad6b7e1c2a3041d0{index:05x}"),
                    "migrationHosts": [format!("host-{index}")], "deployments": [deployment("db", None, true)]})
            })
            .collect();
        let draft = draft(&choices(true), &projects(list.into()));
        assert_eq!(draft.lanes.len(), 500);
        assert_eq!(read(&draft.text).atlas.poll_interval.as_secs(), 250);
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof!["[a-zA-Z0-9 ./_-]{0,12}", "\\PC{0,8}", any::<String>(), Just("\"\"\"\n'''#\\".to_owned())]
    }

    prop_compose! {
        fn any_project()(
            id in 0u8..4,
            name in any_text(),
            hosts in proptest::collection::vec(any_text(), 0..4),
            deployments in proptest::collection::vec((any_text(), any::<Option<i64>>(), any::<[bool; 3]>(), any_text()), 0..5),
        ) -> serde_json::Value {
            let deployments: Vec<_> = deployments.into_iter().map(|(name, size, [managed, sharded, tls], version)| {
                let mut deployment = json!({"name": name, "mongoDBVersion": version, "featureCompatibilityVersion": "7.0",
                    "managed": managed, "sharded": sharded, "tlsEnabled": tls});
                if let Some(size) = size {
                    deployment["dbSizeBytes"] = size.into();
                }
                deployment
            }).collect();
            json!({"name": name, "projectId": format!("5f9ad6b7e1c2a3041d0e9b1{id}"), "migrationHosts": hosts,
                "deployments": deployments})
        }
    }

    proptest! {
        /// Whatever a server lists, the draft is a fleet file with all deployments that have a host.
        #[test]
        fn a_draft_is_a_fleet_file(list in proptest::collection::vec(any_project(), 1..4)) {
            let projects = projects(list.into());
            let draft = draft(&choices(true), &projects);
            match FleetFile::parse(&draft.text, Path::new("")) {
                Ok(file) => {
                    let names: Vec<_> = file.migrations.iter().map(|migration| migration.name.clone()).collect();
                    prop_assert_eq!(&names, &draft.migrations);
                    for migration in &file.migrations {
                        let source = migration.plan.source();
                        let of_plan = projects.iter().filter(|project| project.project_id == source.project());
                        let mut deployments = of_plan.flat_map(|project| &project.deployments);
                        prop_assert!(deployments.any(|deployment| deployment.name == source.cluster()));
                    }
                }
                Err(problems) => {
                    prop_assert!(draft.migrations.is_empty(), "{:?}\n{}", problems, draft.text);
                    prop_assert!(problems.iter().all(|problem| problem.message.contains("`migrations` is missing")), "{:?}", problems);
                }
            }
        }
    }
}
