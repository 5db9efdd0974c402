//! The commands of `api` for clap: one for each operation of the table, with a flag for each of its parameters.

use atlas_migration_sdk::{Date, Operation, Parameter, ParameterKind, operations};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::body::Data;
use super::call::{BodyPart, Call, needs_confirmation};
use super::{help, list, names};

const DATA: &str = "data";
const FILE: &str = "file";
const API_VERSION: &str = "api-version";
const INCLUDE: &str = "include";
const DRY_RUN: &str = "dry-run";
const YES: &str = "yes";
const BODY_SCHEMA: &str = "body-schema";
const BODY_EXAMPLE: &str = "body-example";

/// Adds a command for each operation: by its names, and again below its tag, as the Atlas CLI spells it.
pub(super) fn add_operations(command: Command) -> Command {
    let command = command
        // An unknown name gets a suggestion that ignores case.
        .allow_external_subcommands(true)
        .subcommand(list::command())
        .subcommands(operations::ALL.iter().map(|operation| operation_command(operation)));
    command.subcommands(names::tags().into_iter().map(|tag| {
        let of_tag = operations::ALL.iter().filter(|operation| operation.tag == Some(tag));
        Command::new(names::camel_case(tag))
            .about(format!("The operations of {tag}, as the Atlas CLI spells them"))
            .hide(true)
            .allow_external_subcommands(true)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands(of_tag.map(|operation| operation_command(operation)))
    }))
}

fn operation_command(operation: &'static Operation) -> Command {
    let command = Command::new(operation.id)
        .visible_aliases(names::of(operation).skip(1))
        .about(operation.summary)
        .long_about(help::about(operation))
        .after_help(help::example(operation))
        .after_long_help(help::long(operation))
        .args(operation.parameters.iter().map(parameter))
        .arg(version(operation))
        // As curl's.
        .arg(flag(INCLUDE, "Print the status and the headers of the response before its body").short('i'))
        .arg(flag(DRY_RUN, "Print the request instead of sending it, with secrets redacted"));
    let command = if needs_confirmation(operation) {
        command.arg(flag(YES, "Send it without a question"))
    } else {
        command
    };
    if operation.request_versions.is_empty() { command } else { command.args(body_arguments()) }
}

fn flag(name: &'static str, text: &'static str) -> Arg {
    Arg::new(name).long(name).help(text).action(ArgAction::SetTrue)
}

fn body_arguments() -> [Arg; 4] {
    let show = |name, text| flag(name, text).conflicts_with_all([DATA, FILE, DRY_RUN, INCLUDE]);
    [
        Arg::new(DATA)
            .long(DATA)
            .short('d')
            .value_name("JSON|@FILE|-")
            .value_parser(Data::parse)
            .help("The body: JSON, a file after `@`, or `-` for the standard input"),
        // The Atlas CLI's flag.
        Arg::new(FILE)
            .long(FILE)
            .value_name("FILE")
            .conflicts_with(DATA)
            .help("The file of the body, as `--data @FILE`"),
        show(BODY_SCHEMA, "Print the JSON Schema of the body, and send nothing"),
        show(BODY_EXAMPLE, "Print an example of the body, and send nothing"),
    ]
}

fn version(operation: &Operation) -> Arg {
    let versions = operation.response_versions.iter().map(|version| {
        let value = PossibleValue::new(version.date.to_string());
        match version.sunset {
            Some(sunset) => value.help(format!("until {sunset}")),
            None => value,
        }
    });
    Arg::new(API_VERSION)
        .long(API_VERSION)
        // The Atlas CLI's name.
        .visible_alias("version")
        .value_name("DATE")
        .value_parser(PossibleValuesParser::new(versions).try_map(|date| date.parse::<Date>()))
        .help("The version of the API [default: the newest]")
}

fn parameter(parameter: &'static Parameter) -> Arg {
    let kebab = kebab_case(parameter.name);
    let mut arg =
        Arg::new(parameter.name).help(description(parameter)).value_name(value_name(parameter.kind));
    if kebab != parameter.name {
        arg = arg.visible_alias(parameter.name);
    }
    if configured(parameter).is_some_and(|configured| configured == Configured::Project) {
        arg = arg.visible_aliases(["project-id", "projectId"]);
    }
    arg = arg.long(kebab);
    match parameter.kind {
        // As in the Atlas CLI: `--pretty`, or `--pretty=false`.
        ParameterKind::Boolean { .. } => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(["true", "false"]),
        ParameterKind::Array { .. } => arg.action(ArgAction::Append),
        _ => arg.required(parameter.required && configured(parameter).is_none()),
    }
}

/// What the settings have a value for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Configured {
    Org,
    Project,
}

/// The setting that is the default of a parameter.
pub(super) fn configured(parameter: &Parameter) -> Option<Configured> {
    match parameter.kind {
        ParameterKind::Id("OrgId") => Some(Configured::Org),
        ParameterKind::Id("ProjectId") => Some(Configured::Project),
        _ => None,
    }
}

fn description(parameter: &Parameter) -> String {
    let default = match parameter.kind {
        ParameterKind::Boolean { default: Some(default), .. } => format!(" [default: {default}]"),
        ParameterKind::Integer { default: Some(default), .. } => format!(" [default: {default}]"),
        _ if configured(parameter).is_some() => " [default: the configured one]".to_owned(),
        _ => String::new(),
    };
    format!("{}{default}", parameter.description.trim_end_matches('.'))
}

fn value_name(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Id(_) => "ID",
        ParameterKind::Boolean { .. } => "BOOL",
        ParameterKind::Integer { .. } | ParameterKind::Number => "NUMBER",
        ParameterKind::Array { items, .. } => value_name(*items),
        _ => "TEXT",
    }
}

/// `org-id` for `orgId`.
pub(super) fn kebab_case(name: &str) -> String {
    let mut kebab = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(character.to_lowercase());
    }
    kebab
}

impl Call {
    /// The call that the arguments of an operation's command describe.
    pub(super) fn from_matches(
        operation: &'static Operation,
        matches: &ArgMatches,
    ) -> Result<Self, clap::Error> {
        let values = operation.parameters.iter().flat_map(|parameter| {
            let values = matches.get_many::<String>(parameter.name).into_iter().flatten();
            values.map(move |value| (parameter, value.clone()))
        });
        // Only some operations have each of these.
        let is_set = |name| matches.try_get_one::<bool>(name).ok().flatten() == Some(&true);
        let data = matches.try_get_one::<Data>(DATA).ok().flatten().cloned();
        let file = matches.try_get_one::<String>(FILE).ok().flatten();
        Ok(Self {
            operation,
            parameters: values.collect(),
            data: data.or_else(|| file.map(|path| Data::File(path.into()))),
            version: matches.get_one::<Date>(API_VERSION).copied(),
            shown: match (is_set(BODY_SCHEMA), is_set(BODY_EXAMPLE)) {
                (true, _) => Some(BodyPart::Schema),
                (false, true) => Some(BodyPart::Example),
                (false, false) => None,
            },
            includes_headers: is_set(INCLUDE),
            is_dry_run: is_set(DRY_RUN),
            yes: is_set(YES),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kebab_cases() {
        for (name, kebab) in
            [("orgId", "org-id"), ("name", "name"), ("itemsPerPage", "items-per-page"), ("X", "x")]
        {
            assert_eq!(kebab_case(name), kebab);
        }
    }
}
