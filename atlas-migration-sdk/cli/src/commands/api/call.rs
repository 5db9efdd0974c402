//! Sends the request of an operation and prints the response as it was received.

use std::io::{self, IsTerminal as _};

use atlas_migration_sdk::{Date, Method, Operation, Parameter, ParameterKind, Response, operations};
use serde_json::Value;

use super::arguments::{Configured, configured, kebab_case};
use super::body::{self, Data};
use crate::commands::names;
use crate::context::{Context, can_ask};
use crate::failure::Failure;
use crate::output::{self, printable};

/// A call of an operation.
#[derive(Debug)]
pub(crate) struct Call {
    pub(super) operation: &'static Operation,
    pub(super) parameters: Vec<(&'static Parameter, String)>,
    pub(super) data: Option<Data>,
    pub(super) version: Option<Date>,
    /// What is printed of the body instead of sending a request.
    pub(super) shown: Option<BodyPart>,
    pub(super) includes_headers: bool,
    pub(super) is_dry_run: bool,
    pub(super) yes: bool,
}

/// What is known of the body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyPart {
    Schema,
    Example,
}

/// Whether a person has to confirm the operation: each one with an effect, unless it is known to be harmless.
pub(super) fn needs_confirmation(operation: &Operation) -> bool {
    let harmless =
        [operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN.id, operations::VALIDATE_GROUP_LIVE_MIGRATIONS.id];
    operation.method != Method::Get && !harmless.contains(&operation.id)
}

impl Call {
    pub(super) async fn run(mut self, context: &Context) -> Result<(), Failure> {
        let operation = self.operation;
        let newest =
            operation.newest_version().ok_or_else(|| Failure::other("the operation has no version"))?;
        let version = self.version.unwrap_or(newest);
        if let (Some(part), Some(body)) = (self.shown, operation.request_body(version)) {
            return output::line(match part {
                BodyPart::Schema => body.schema,
                BodyPart::Example => body.example,
            });
        }
        let body = self.body(version)?;
        self.add_configured(context)?;
        let client = context.settings.client()?;
        let mut request = client.request(operation);
        for (parameter, value) in &self.parameters {
            request = request.parameter(parameter.name, value);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        if let Some(version) = self.version {
            request = request.api_version(version);
        }
        if self.is_dry_run {
            return context.output.show_preview(&request.preview()?);
        }
        // Before the question: a person should not confirm a request that is invalid.
        request.preview()?;
        if needs_confirmation(operation) {
            let question = self.question(body.as_ref(), &client).await;
            context.confirm(&question, self.yes)?;
        }
        if let Some(advice) = operation.after_lost_response {
            context.set_unfinished(Some(format!("The request may have taken effect. {advice}")));
        }
        let response = request.send_text().await;
        context.set_unfinished(None);
        self.print(&response?)
    }

    /// The checked body, if the operation has one.
    fn body(&self, version: Date) -> Result<Option<Value>, Failure> {
        if self.operation.request_versions.is_empty() {
            return Ok(None);
        }
        match &self.data {
            Some(data) => body::read_checked(data, self.operation, version).map(Some),
            None => Err(Failure::usage(format!(
                "{0} needs a body: give --data JSON, --data @FILE, or --data - for the standard input. `atlas-migration api \
                 {0} --body-example` prints an example",
                self.operation.id
            ))),
        }
    }

    /// Adds the ids that the settings have.
    fn add_configured(&mut self, context: &Context) -> Result<(), Failure> {
        for parameter in self.operation.parameters {
            let is_given = self.parameters.iter().any(|(given, _)| given.name == parameter.name);
            let Some(configured) = configured(parameter).filter(|_| !is_given) else { continue };
            let value = match configured {
                Configured::Org => context.settings.org_id(None)?.to_string(),
                Configured::Project => context.settings.project_id(None)?.to_string(),
            };
            self.parameters.push((parameter, value));
        }
        Ok(())
    }

    /// What is about to happen, with everything that it concerns.
    async fn question(&self, body: Option<&Value>, client: &atlas_migration_sdk::Client) -> String {
        let asks = can_ask() && !self.yes;
        let mut concerned = Vec::new();
        for (parameter, value) in &self.parameters {
            let client = asks.then_some(client);
            match (configured(parameter), value.parse(), value.parse()) {
                (Some(Configured::Project), Ok(id), _) => concerned.push(names::project(client, id).await),
                (Some(Configured::Org), _, Ok(id)) => concerned.push(names::org(client, id).await),
                _ if matches!(parameter.kind, ParameterKind::Boolean { .. }) => {}
                _ => concerned.push(format!("{} {value}", kebab_case(parameter.name).replace('-', " "))),
            }
        }
        let cluster = body.and_then(|body| body.pointer("/destination/clusterName")?.as_str());
        concerned.extend(cluster.map(|cluster| format!("the cluster {cluster}")));
        let drops = ["dropDestinationData", "dropEnabled"];
        let drops = drops.iter().any(|name| body.and_then(|body| body.get(name)) == Some(&Value::Bool(true)));
        let drops = if drops { ". THE DATA OF THE CLUSTER IS DROPPED FIRST" } else { "" };
        printable(&format!("{}: {}{drops}", self.operation.summary, concerned.join(", ")))
    }

    fn print(&self, response: &Response<String>) -> Result<(), Failure> {
        let metadata = &response.metadata;
        if metadata.is_deprecated() {
            let version = metadata.api_version().map_or_else(String::new, |version| format!(" {version}"));
            crate::output::note!("warning: the version{version} of {} is deprecated", self.operation.id);
        }
        let has_secret = self.operation.id == operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN.id;
        if has_secret && io::stdout().is_terminal() {
            crate::output::note!("{}", crate::commands::link_token::CAUTION);
        }
        let mut text = String::new();
        if self.includes_headers {
            text = format!("HTTP {}\n", metadata.status());
            for (name, value) in metadata.headers() {
                text += &format!("{name}: {value}\n");
            }
            text.push('\n');
        }
        text += response.value.trim_end_matches('\n');
        if text.is_empty() { Ok(()) } else { output::line(&text) }
    }
}
