//! The migrations of the file, with their plans.

use std::collections::HashMap;
use std::path::Path;

use atlas_migration_sdk::ProjectId;
use atlas_migration_sdk::plan::MigrationPlan;
use serde::Deserialize as _;
use toml::Spanned;
use toml::de::ValueDeserializer;

use super::Migration;
use super::reader::{Section, Value, unknown_field};
use crate::names::{check_name, nearest};

/// The longest name of a host in the DNS.
const MAX_HOST_LENGTH: usize = 253;

/// What the rest of the file offers.
pub(super) struct Names {
    pub(super) sources: Vec<String>,
    pub(super) passwords: Vec<String>,
    pub(super) has_verification: bool,
}

/// A migration, as far as it can be read.
struct Entry {
    name: Option<Spanned<String>>,
    plan: Option<Spanned<MigrationPlan>>,
    project: Option<ProjectId>,
    source: Option<String>,
    password: Option<String>,
    validate: bool,
    verify: bool,
}

/// Reads the migrations, and the defaults of `project` and `source`. Returns those that are complete.
pub(super) fn read(section: &mut Section<'_>, folder: &Path, names: &Names) -> Vec<Migration> {
    let project = section.parsed("project", str::parse).map(Spanned::into_inner);
    let source = name_of(section, "source", &names.sources, "[sources.NAME]");
    let mut tables = section.tables("migrations");
    if tables.is_empty() {
        section.require("migrations", "add a table `[[migrations]]` for each deployment");
    }
    // One problem, and not one for each migration.
    let has_project = section.value("project").is_some() || {
        let is_missing =
            !tables.is_empty() && tables.iter_mut().all(|table| table.value("project").is_none());
        if is_missing {
            section.require(
                "project",
                "the id of the Atlas project of the destinations, for all migrations or in each of them",
            );
        }
        is_missing
    };
    let entries: Vec<Entry> = tables
        .into_iter()
        .map(|table| {
            let mut entry = entry(table, folder, names, has_project);
            entry.project = entry.project.or(project);
            entry.source = entry.source.or_else(|| source.clone());
            entry
        })
        .collect();
    check_unique(section, &entries);
    check_hosts(section, &entries);
    entries.into_iter().filter_map(Entry::complete).collect()
}

/// Permits what [`read`] reads, whatever it is.
pub(super) fn skip(section: &mut Section<'_>) -> Vec<Migration> {
    for field in ["project", "source", "migrations"] {
        let _ = section.value(field);
    }
    Vec::new()
}

impl Entry {
    fn complete(self) -> Option<Migration> {
        let Self { name, plan, project, source, password, validate, verify } = self;
        let (name, plan) = (name?.into_inner(), plan?.into_inner());
        Some(Migration { name, plan, project: project?, source, password, validate, verify })
    }
}

fn entry(mut section: Section<'_>, folder: &Path, names: &Names, has_project: bool) -> Entry {
    section.require(
        "name",
        "a name for the migration, unique in the fleet, which is a part of its workflow's id",
    );
    section.require("plan", "the file of a plan, or a plan as a table");
    if !has_project {
        section.require(
            "project",
            "the id of the Atlas project of the destination, here or once for all migrations",
        );
    }
    let name = section.parsed("name", |name| check_name(name).map(|()| name.to_owned()));
    let plan = section.value("plan").and_then(|value| plan(&section, value, folder));
    let project = section.parsed("project", str::parse).map(Spanned::into_inner);
    let source = name_of(&mut section, "source", &names.sources, "[sources.NAME]");
    let password = name_of(&mut section, "password", &names.passwords, "[passwords]");
    let validate = section.boolean("validate").is_none_or(Spanned::into_inner);
    let verify = section.boolean("verify");
    if verify.as_ref().is_some_and(|verify| *verify.get_ref()) && !names.has_verification {
        let message = "there is no verification to run: set `verify` in [hooks], or remove this";
        section.problems.add(&section.span, message);
    }
    if let Some(plan) = &plan {
        check_password(&mut section, plan.get_ref(), password.is_some());
    }
    section.finish();
    let verify = verify.map_or(names.has_verification, Spanned::into_inner);
    Entry { name, plan, project, source, password, validate, verify }
}

/// A name that another table of the file explains.
fn name_of(section: &mut Section<'_>, field: &'static str, known: &[String], table: &str) -> Option<String> {
    let name = section.string(field)?;
    if known.iter().any(|known| known == name.get_ref()) {
        return Some(name.into_inner().to_owned());
    }
    let near = nearest(name.get_ref(), known.iter().map(String::as_str));
    let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let message = format_args!("{} is not the name of an entry in {table}{near}", section.field(field));
    section.problems.add(&name.span(), message);
    None
}

/// A source with a user needs a password, and one without has none.
fn check_password(section: &mut Section<'_>, plan: &MigrationPlan, is_known: bool) {
    let message = match (plan.source().username(), section.value("password")) {
        (Some(_), None) => {
            "the source of the plan has a user, and the migration no `password`: the name of an entry in [passwords]"
        }
        (None, Some(_)) if is_known => {
            "the migration has a `password`, but the source of its plan has no `username`"
        }
        _ => return,
    };
    section.problems.add(&section.span, message);
}

/// The plan of a migration: the name of a file, or a table.
fn plan(section: &Section<'_>, value: &Value<'_>, folder: &Path) -> Option<Spanned<MigrationPlan>> {
    let plan = match value.get_ref().as_str() {
        Some(file) => {
            read_file(&folder.join(file)).map_err(|message| section.problems.add(&value.span(), message))
        }
        None => read_table(section, value),
    };
    plan.ok().map(|plan| Spanned::new(value.span(), plan))
}

fn read_file(path: &Path) -> Result<MigrationPlan, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{}: the plan cannot be read: {error}", path.display()))?;
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let plan = if is_json { MigrationPlan::from_json(&text) } else { MigrationPlan::from_toml(&text) };
    plan.map_err(|error| format!("{}: {error}", path.display()))
}

/// Reads a plan within the file. Adds a problem at its place.
fn read_table(section: &Section<'_>, value: &Value<'_>) -> Result<MigrationPlan, ()> {
    let Some(table) = value.get_ref().as_table() else {
        section.problems.add(&value.span(), "a plan is the name of a file, or a table");
        return Err(());
    };
    let source = table.get("source").and_then(|source| source.get_ref().as_table());
    let places = [Some(table), source].into_iter().flatten();
    let passwords = places.filter_map(|table| table.get_key_value("password"));
    let password = passwords.map(|(key, _)| key.span()).next();
    if let Some(place) = password {
        let message = "a plan must not contain a password. Remove it: the password has a place in [passwords], whose \
                       name is the `password` of the migration";
        section.problems.add(&place, message);
        return Err(());
    }
    MigrationPlan::deserialize(ValueDeserializer::from(value.clone())).map_err(|error| {
        let place = error.span().unwrap_or(value.span());
        let message = match expected_fields(error.message()) {
            Some(known) => unknown_field("the plan", section.problems.text(place.clone()).trim(), &known),
            None => format!("the plan: {}", without_value(error.message())),
        };
        section.problems.add(&place, message);
    })
}

/// The fields in a deserializer's message about an unknown one.
fn expected_fields(message: &str) -> Option<Vec<&str>> {
    let (_, expected) = message.strip_prefix("unknown field ")?.rsplit_once(", expected ")?;
    Some(expected.split('`').skip(1).step_by(2).collect())
}

/// A deserializer's message without the invalid value, which may be a password in the wrong place.
fn without_value(message: &str) -> String {
    for (prefix, replacement) in [
        ("invalid type: ", "a field has a value of another type"),
        ("invalid value: ", "a field has an invalid value"),
        ("unknown variant ", "a field has an invalid value"),
    ] {
        if message.starts_with(prefix) {
            let expected =
                message.rsplit_once(", expected ").map(|(_, expected)| format!(", expected {expected}"));
            return format!("{replacement}{}", expected.unwrap_or_default());
        }
    }
    message.to_owned()
}

/// What no two migrations may have in common: a name, a deployment, a destination.
fn check_unique(section: &Section<'_>, entries: &[Entry]) {
    let names = entries.iter().filter_map(|entry| entry.name.as_ref());
    // Names that differ only in case would be mistaken for each other.
    let names = names.map(|name| (name.span(), name.get_ref().to_ascii_lowercase()));
    report_repeated(section, names, "a migration has this name, perhaps in another case,");
    let plans = entries.iter().filter_map(|entry| Some((entry.plan.as_ref()?, entry.project)));
    let plans: Vec<_> = plans.map(|(plan, project)| (plan.span(), plan.get_ref(), project)).collect();
    let deployments = plans
        .iter()
        .map(|(span, plan, _)| (span.clone(), (plan.source().project(), plan.source().cluster().to_owned())));
    report_repeated(section, deployments, "a migration has the same source, project and cluster,");
    let destinations = plans.iter().filter_map(|(span, plan, project)| {
        Some((span.clone(), ((*project)?, plan.destination().cluster().to_owned())))
    });
    report_repeated(section, destinations, "a migration has the same destination, project and cluster,");
}

fn report_repeated<K: Eq + std::hash::Hash>(
    section: &Section<'_>,
    keys: impl Iterator<Item = (std::ops::Range<usize>, K)>,
    what: &str,
) {
    let mut first = HashMap::new();
    for (span, key) in keys {
        let line = *first.entry(key).or_insert_with(|| section.problems.line(&span));
        if line != section.problems.line(&span) {
            section.problems.add(&span, format_args!("{what} in line {line} already"));
        }
    }
}

/// The host is the id of a lane. One host in two spellings would have two lanes, and two migrations at the same time.
fn check_hosts(section: &Section<'_>, entries: &[Entry]) {
    let mut spellings: HashMap<String, &str> = HashMap::new();
    for plan in entries.iter().filter_map(|entry| entry.plan.as_ref()) {
        let host = plan.get_ref().migration_host();
        let Some(key) = host_key(host) else {
            section.problems.add(&plan.span(), "the migration host of the plan is not the name of a host");
            continue;
        };
        let known = *spellings.entry(key).or_insert(host);
        if known != host {
            let message = format_args!(
                "the migration host {host} is spelled {known} in another plan: it would get two lanes. Write it as Atlas \
                 lists it"
            );
            section.problems.add(&plan.span(), message);
        }
    }
}

/// What the spellings of a host have in common. None if it cannot be the name of a host.
pub(super) fn host_key(host: &str) -> Option<String> {
    let is_name = |c: char| !c.is_whitespace() && !c.is_control() && c != '/';
    let key = host.trim_end_matches('.').to_lowercase();
    (!key.is_empty() && host.len() <= MAX_HOST_LENGTH && host.chars().all(is_name)).then_some(key)
}
