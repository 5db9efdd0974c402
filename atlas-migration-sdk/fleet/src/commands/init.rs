//! `init`: drafts a fleet file from what the organization can migrate.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use atlas_migration_sdk::{OrgId, ProjectId};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::fleet_file::{Choices, atlas_client, draft};
use crate::names::check_name;
use crate::output::printable;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The file to write. An existing one is never replaced.
    #[arg(default_value = "fleet.toml", value_name = "FILE")]
    file: PathBuf,
    /// The name of the fleet, which is a part of the ids of its workflows.
    #[arg(long, default_value = "fleet", value_name = "NAME", value_parser = fleet_name)]
    name: String,
    /// The Atlas organization [default: MONGODB_ATLAS_ORG_ID].
    #[arg(long, visible_alias = "org", value_name = "ID")]
    org_id: Option<OrgId>,
    /// The Atlas project of the destinations [default: MONGODB_ATLAS_PROJECT_ID; without one, a person fills it in].
    #[arg(long, value_name = "ID")]
    project_id: Option<ProjectId>,
}

fn fleet_name(name: &str) -> Result<String, String> {
    check_name(name).map(|()| name.to_owned())
}

/// A fleet file that was written.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedFleet {
    file: String,
    /// The names of the migrations.
    migrations: Vec<String>,
    /// The migration hosts.
    lanes: Vec<String>,
    /// The source projects whose deployments are not in the file, because they have no migration host.
    projects_without_host: Vec<String>,
    /// Whether a person has to fill in the Atlas project of the destinations.
    needs_project: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        // Before anything is requested. The file is created only if it does not exist, whatever happens until then.
        if self.file.exists() {
            return Err(exists(&self.file));
        }
        let client = atlas_client()?;
        let org = self.org_id.map_or_else(|| client.org_from_env(), |id| Ok(client.org(id)))?;
        let is_set = std::env::var_os("MONGODB_ATLAS_PROJECT_ID").is_some_and(|id| !id.is_empty());
        let project = match self.project_id {
            None if is_set => Some(client.project_from_env()?.id()),
            project => project,
        };
        let projects = org.available_projects().await?;
        if projects.is_empty() {
            return Err(Failure::new(
                Class::NotFound,
                "Atlas lists no source project: link the source organization first, with `atlas-migration source link`",
            ));
        }
        let choices = Choices { name: self.name.clone(), org: org.id(), project };
        let draft = draft(&choices, &projects);
        write(&self.file, &draft.text)?;
        let created = CreatedFleet {
            file: self.file.display().to_string(),
            migrations: draft.migrations,
            lanes: draft.lanes,
            projects_without_host: draft.without_host,
            needs_project: project.is_none(),
        };
        context.output.show(&created, CreatedFleet::for_people)
    }
}

impl CreatedFleet {
    fn for_people(&self) -> String {
        let project = if self.needs_project { ", `project`" } else { "" };
        let mut text = format!(
            "Wrote {0} with {1} migrations in {2} lanes. Next: fill in the destinations{project} and the rest of its first \
             comment, then\n  atlas-migration-fleet check {0}",
            self.file,
            self.migrations.len(),
            self.lanes.len()
        );
        for project in &self.projects_without_host {
            text += &format!("\nwarning: the source project {} has no migration host", printable(project));
        }
        text
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => Failure::other(format!("{}: the fleet file cannot be written: {error}", path.display())),
    })
}

fn exists(path: &Path) -> Failure {
    Failure::new(
        Class::Conflict,
        format!("{} exists: choose another name, or remove it first", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_is_that_of_its_schema() {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let schema = schemars::SchemaGenerator::new(settings).into_root_schema_for::<CreatedFleet>();
        let validator = jsonschema::validator_for(schema.as_value()).unwrap();
        let created = CreatedFleet {
            file: "fleet.toml".to_owned(),
            migrations: vec!["orders".to_owned()],
            lanes: vec!["host".to_owned()],
            projects_without_host: vec!["Archive\u{1b}[2J".to_owned()],
            needs_project: true,
        };
        let mut value = serde_json::to_value(&created).unwrap();
        assert!(validator.is_valid(&value), "{value}");
        assert!(!created.for_people().contains('\u{1b}'), "{}", created.for_people());
        value["lanes"] = "host".into();
        assert!(!validator.is_valid(&value), "the schema accepts anything");
    }

    #[test]
    fn an_existing_file_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.toml");
        write(&path, "first").unwrap();
        assert_eq!(write(&path, "second").unwrap_err().class(), Class::Conflict);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
    }
}
