//! The tables of the file, except the migrations.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use atlas_migration_sdk::{AccessListEntry, SourceManager};
use toml::Spanned;

use super::reader::{Section, Value};
use super::{Approvals, AtlasLimits, FleetFile, Part, Place, Source, migrations};
use crate::activities::Hooks;
use crate::names::{check_name, nearest};
use crate::windows::{Day, Window, parse_time, parse_zone};

/// The variables of the key pair of a source organization, which `atlas-migration` reads too.
const PUBLIC_KEY: &str = "SOURCE_MANAGER_PUBLIC_API_KEY";
const PRIVATE_KEY: &str = "SOURCE_MANAGER_PRIVATE_API_KEY";

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// The most requests in a second that can be meant.
const MAX_REQUESTS_PER_SECOND: f64 = 1000.0;

/// Reads the file. None, with problems, if something is missing or invalid.
pub(super) fn file(mut section: Section<'_>, folder: &Path, part: Part) -> Option<FleetFile> {
    section.require("name", "a name for the fleet, which is a part of the ids of its workflows");
    section.require("org", "the id of the Atlas organization");
    let name = section.parsed("name", |name| check_name(name).map(|()| name.to_owned()));
    let org = section.parsed("org", str::parse);
    let sources = sources(&mut section, folder);
    let passwords = passwords(&mut section, folder);
    let windows = section.tables("windows").into_iter().filter_map(window).collect();
    let approvals = section.table("approvals").map(approvals).unwrap_or_default();
    let hooks = section.table("hooks").map(hooks).unwrap_or_default();
    let atlas_table = section.value("atlas").map(Spanned::span);
    let atlas = section.table("atlas").map(atlas).unwrap_or_default();
    let key_file = section.table("codec").and_then(|mut codec| {
        codec.require("key_file", "the file that `atlas-migration-fleet key` has created");
        let file = codec.string("key_file").map(|file| folder.join(file.get_ref()));
        codec.finish();
        file
    });
    let names = migrations::Names {
        sources: sources.keys().cloned().collect(),
        passwords: passwords.keys().cloned().collect(),
        has_verification: hooks.verify.is_some(),
    };
    let migrations = match part {
        Part::Everything => migrations::read(&mut section, folder, &names),
        Part::Settings => migrations::skip(&mut section),
    };
    check_polls(&section, &atlas, atlas_table, &migrations);
    section.finish();
    Some(FleetFile {
        name: name?.into_inner(),
        org: org?.into_inner(),
        sources,
        passwords,
        windows,
        approvals,
        hooks,
        atlas,
        key_file,
        migrations,
    })
}

fn sources(section: &mut Section<'_>, folder: &Path) -> BTreeMap<String, Source> {
    let Some(table) = section.table("sources") else { return BTreeMap::new() };
    let mut sources = BTreeMap::new();
    for (name, value) in table.entries() {
        check_entry_name(&table, &name);
        let path = table.field(name.get_ref());
        let Some(fields) = value.get_ref().as_table() else {
            table.problems.add(&value.span(), format_args!("{path} must be a table, `[sources.NAME]`"));
            continue;
        };
        let path = path.trim_matches('`').to_owned();
        let source = source(Section::new(table.problems, path, fields, name.span()), folder);
        sources.extend(source.map(|source| (name.into_inner().to_owned(), source)));
    }
    sources
}

fn source(mut section: Section<'_>, folder: &Path) -> Option<Source> {
    section.require("org", "the id of the organization in Cloud Manager or Ops Manager");
    let org = section.parsed("org", str::parse);
    let url = section.parsed("url", |url| check_url(url).map(|()| url.trim_end_matches('/').to_owned()));
    let link = section.boolean("link").is_none_or(Spanned::into_inner);
    let entries = section.strings("access_list").unwrap_or_default();
    let mut access_list = Vec::new();
    for entry in entries {
        match entry.get_ref().parse::<AccessListEntry>() {
            Ok(entry) => access_list.push(entry),
            Err(error) => {
                let message = format_args!("{}: {error}", section.field("access_list"));
                section.problems.add(&entry.span(), message);
            }
        }
    }
    let mut variable = |name, default: &str| {
        let name = section.parsed(name, |name| check_variable(name).map(|()| name.to_owned()));
        name.map_or_else(|| default.to_owned(), Spanned::into_inner)
    };
    let public_key_env = variable("public_key_env", PUBLIC_KEY);
    let private_key_env = variable("private_key_env", PRIVATE_KEY);
    let ca_file = section.string("ca_file").map(|file| folder.join(file.get_ref()));
    section.finish();
    let (org, url) = (org?.into_inner(), url.map(Spanned::into_inner));
    Some(Source { org, url, link, access_list, public_key_env, private_key_env, ca_file })
}

/// Whether a worker will be able to call this URL, and whether it may be in a history.
fn check_url(url: &str) -> Result<(), String> {
    if url.contains('@') {
        return Err(
            "the URL contains credentials, which would get into the histories: remove them".to_owned()
        );
    }
    SourceManager::ops_manager(url, "public", "private").build().map(|_| ()).map_err(|error| {
        if url.starts_with("http:") {
            "use https. http is only accepted for this machine, because a link-token is sent".to_owned()
        } else {
            error.to_string()
        }
    })
}

fn passwords(section: &mut Section<'_>, folder: &Path) -> BTreeMap<String, Place> {
    let Some(table) = section.table("passwords") else { return BTreeMap::new() };
    let mut places = BTreeMap::new();
    for (name, value) in table.entries() {
        check_entry_name(&table, &name);
        let place = place(&table, value, folder);
        places.extend(place.map(|place| (name.into_inner().to_owned(), place)));
    }
    places
}

fn place(table: &Section<'_>, value: &Value<'_>, folder: &Path) -> Option<Place> {
    let Some(fields) = value.get_ref().as_table() else {
        let message = "a fleet file must not contain a password. Remove it, and state where the worker finds it: \
                       { env = \"VARIABLE\" } or { file = \"PATH\" }";
        table.problems.add(&value.span(), message);
        return None;
    };
    let mut section = Section::new(table.problems, "passwords.NAME".to_owned(), fields, value.span());
    let variable = section.parsed("env", |name| check_variable(name).map(|()| name.to_owned()));
    let file = section.string("file").map(|file| folder.join(file.get_ref()));
    let count = [section.value("env"), section.value("file")].iter().flatten().count();
    if count != 1 {
        section.problems.add(&value.span(), "a password has one place: either `env` or `file`");
    }
    section.finish();
    variable.map(|name| Place::Env(name.into_inner())).or(file.map(Place::File))
}

/// Names are in histories. A password in the place of a name is no name, with luck.
fn check_entry_name(table: &Section<'_>, name: &Spanned<&str>) {
    if let Err(error) = check_name(name.get_ref()) {
        table.problems.add(&name.span(), error);
    }
}

fn check_variable(name: &str) -> Result<(), &'static str> {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.chars().all(is_allowed) && !name.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(());
    }
    Err("this must be the name of an environment variable, such as ORDERS_PASSWORD, and not its value")
}

fn window(mut section: Section<'_>) -> Option<Window> {
    let days = match section.strings("days") {
        None => Day::ALL.iter().map(|(_, day)| *day).collect(),
        Some(names) => names.into_iter().filter_map(|name| day(&section, &name)).collect(),
    };
    for name in ["from", "to"] {
        section.require(name, "a time such as \"02:00\"");
    }
    section.require("time_zone", "an IANA name, such as \"Europe/Berlin\"");
    let from = section.parsed("from", |time| match time {
        "24:00" => Err("a window begins at 00:00 of the next day".to_owned()),
        time => parse_time(time).map(|_| time),
    });
    let to = section.parsed("to", |time| parse_time(time).map(|_| time));
    let time_zone = section.parsed("time_zone", |zone| parse_zone(zone).map(|_| zone));
    section.finish();
    let owned = |text: Option<Spanned<&str>>| Some(text?.into_inner().to_owned());
    Some(Window { days, from: owned(from)?, to: owned(to)?, time_zone: owned(time_zone)? })
}

fn day(section: &Section<'_>, name: &Spanned<&str>) -> Option<Day> {
    let day = Day::ALL.into_iter().find(|(known, _)| known == name.get_ref());
    if day.is_none() {
        let names = Day::ALL.map(|(known, _)| known);
        // `Saturday` begins as its short form.
        let near = names.into_iter().find(|known| name.get_ref().to_lowercase().starts_with(known));
        let near = near.or_else(|| nearest(name.get_ref(), names));
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        let message = format_args!("the days are {}{near}", names.join(", "));
        section.problems.add(&name.span(), message);
    }
    day.map(|(_, day)| day)
}

fn approvals(mut section: Section<'_>) -> Approvals {
    let by = section.strings("by").unwrap_or_default();
    let by = by.into_iter().map(|name| name.into_inner().to_owned()).collect();
    let max_lag = section.duration("max_lag", (SECOND, DAY));
    section.finish();
    Approvals { by, max_lag }
}

fn hooks(mut section: Section<'_>) -> Hooks {
    let mut command = |name| section.string(name).map(|command| command.into_inner().to_owned());
    let (notify, verify) = (command("notify"), command("verify"));
    section.finish();
    Hooks { notify, verify }
}

fn atlas(mut section: Section<'_>) -> AtlasLimits {
    let default = AtlasLimits::default();
    let is_rate = |rate: &Spanned<f64>| *rate.get_ref() > 0.0 && *rate.get_ref() <= MAX_REQUESTS_PER_SECOND;
    let given = section.number("requests_per_second");
    let rate = given.clone().filter(is_rate);
    if let (Some(rate), None) = (&given, &rate) {
        let message = format_args!(
            "{} must be above 0, and at most {MAX_REQUESTS_PER_SECOND}",
            section.field("requests_per_second")
        );
        section.problems.add(&rate.span(), message);
    }
    let poll_interval = section.duration("poll_interval", (SECOND, HOUR)).unwrap_or(default.poll_interval);
    let sample_interval = section.duration("sample_interval", (SECOND, DAY));
    let call_limit = section.duration("call_limit", (SECOND, HOUR)).unwrap_or(default.call_limit);
    section.finish();
    AtlasLimits {
        requests_per_second: rate.map_or(default.requests_per_second, Spanned::into_inner),
        poll_interval,
        sample_interval: sample_interval.unwrap_or(default.sample_interval).max(poll_interval),
        call_limit,
    }
}

/// Each lane polls one migration. The polls must leave room for the steps, which are not sent if they wait too long.
fn check_polls(
    section: &Section<'_>,
    atlas: &AtlasLimits,
    span: Option<std::ops::Range<usize>>,
    migrations: &[super::Migration],
) {
    let mut hosts: Vec<_> = migrations.iter().map(|migration| migration.plan.migration_host()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let polls = hosts.len() as f64 / atlas.poll_interval.as_secs_f64();
    if polls > atlas.requests_per_second / 2.0 {
        let message = format_args!(
            "the polls of {} migration hosts every {} are {polls:.1} requests a second, more than half of \
             `atlas.requests_per_second`, {}: a step would wait too long behind them. Set a longer \
             `atlas.poll_interval`, or a higher rate",
            hosts.len(),
            humantime::format_duration(atlas.poll_interval),
            atlas.requests_per_second
        );
        section.problems.add(&span.unwrap_or_default(), message);
    }
}
