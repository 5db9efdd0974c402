//! Where credentials, ids, the base URL and the output format come from: arguments, environment variables, the profile of
//! the Atlas CLI with its keyring entry, and for credentials a prompt on a terminal. The first one wins.
//!
//! - [`profile`]: the Atlas CLI's configuration file.
//! - [`keyring`]: its entries in the keyring of the system.
//! - [`credentials`], [`server`]: what the sources contain.
//! - [`prompt`]: questions for credentials.
//! - [`tokens`]: the access token that is kept between runs.

mod credentials;
mod folders;
mod keyring;
mod profile;
mod prompt;
mod server;
mod source;
mod tokens;

use std::str::FromStr;
use std::sync::OnceLock;

use atlas_migration_sdk::{
    Client, Credentials, FileTokenStore, Org, OrgId, ParseIdError, Project, ProjectId, SourceManager,
    SourceOrg, SourceOrgId,
};

use crate::failure::{Class, Failure};
use crate::output::{Format, printable};
pub(crate) use credentials::{Found, source_variables};
use profile::{Choice, Profile};
use server::Server;
pub(crate) use source::Source;
use source::variable;

const PROFILE: &str = "MONGODB_ATLAS_PROFILE";
const OUTPUT: &str = "MONGODB_ATLAS_OUTPUT";
const ORG_ID: (&str, &str) = ("MONGODB_ATLAS_ORG_ID", "org_id");
const PROJECT_ID: (&str, &str) = ("MONGODB_ATLAS_PROJECT_ID", "project_id");

/// The settings of the program. Each source is read when it is needed first.
pub(crate) struct Settings {
    /// The value of `--profile`.
    profile_argument: Option<String>,
    profile: OnceLock<Profile>,
    client: OnceLock<Client>,
    source_manager: OnceLock<SourceManager>,
}

impl Settings {
    pub(crate) fn new(profile_argument: Option<String>) -> Self {
        let (profile, client, source_manager) = Default::default();
        Self { profile_argument, profile, client, source_manager }
    }

    /// The value of `--profile`.
    pub(crate) fn profile_argument(&self) -> Option<&str> {
        self.profile_argument.as_deref()
    }

    /// The output format of the environment or the profile.
    pub(crate) fn output(&self) -> Result<Option<Format>, Failure> {
        let configured = match variable(OUTPUT)? {
            Some(value) => Some((value, Source::Environment(vec![OUTPUT]))),
            // A profile that cannot be read is reported by the command that needs it.
            None => self
                .profile()
                .ok()
                .and_then(|profile| Some((profile.get("output")?.to_owned(), profile.source("output")))),
        };
        let Some((value, source)) = configured else { return Ok(None) };
        let format = Format::parse(&value).map_err(|reason| {
            Failure::usage(format!(
                "the output format in {source} is not supported ({reason}): give --output"
            ))
        })?;
        Ok(Some(format))
    }

    /// The client of Atlas. It keeps the access token of a service account between runs.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        self.warn_about_profile()?;
        let credentials = match self.find_credentials()? {
            Found::Credentials(credentials, source) => {
                self.warn_about_environment(&source)?;
                credentials
            }
            Found::Nothing(hint) => prompt::credentials()?.ok_or_else(|| missing_credentials(&hint))?,
        };
        let client = self.client_with(credentials)?;
        Ok(self.client.get_or_init(|| client).clone())
    }

    /// The client with these credentials.
    pub(crate) fn client_with(&self, credentials: Credentials) -> Result<Client, Failure> {
        let builder = Client::builder().credentials(credentials);
        let (builder, origin) = match self.server()? {
            (Server::Url(url), source) => (builder.base_url(url), source),
            (Server::Government, source) => (builder.government(), source),
            (Server::Commercial, source) => (builder, source),
        };
        let builder = match token_store() {
            Some(store) => builder.token_store(tokens::Reported::new(store)),
            None => builder,
        };
        builder.build().map_err(|error| {
            let failure = Failure::from(error);
            match origin {
                Source::Default => failure,
                origin => failure.with_note(&format!("the base URL comes from {origin}")),
            }
        })
    }

    /// The credentials of the environment, of the profile, or of its keyring entry.
    pub(crate) fn find_credentials(&self) -> Result<Found, Failure> {
        let environment =
            Credentials::from_env().map_err(|error| Failure::new(Class::Credentials, error.to_string()))?;
        if let Some(credentials) = environment {
            let names = credentials::variables(credentials.kind());
            return Ok(Found::Credentials(credentials, Source::Environment(names)));
        }
        let profile = self.profile()?;
        credentials::in_profile(profile, |keys| keyring::read(profile.name(), keys))
    }

    /// The server, and where that is set.
    pub(crate) fn server(&self) -> Result<(Server, Source), Failure> {
        server::find(self.profile()?)
    }

    /// Warns if other users can read the file of the profile.
    pub(crate) fn warn_about_profile(&self) -> Result<(), Failure> {
        if let Some(warning) = self.profile()?.warning() {
            crate::output::note!("warning: {warning}");
        }
        Ok(())
    }

    /// Warns if the profile of an argument has no effect on the credentials.
    fn warn_about_environment(&self, credentials: &Source) -> Result<(), Failure> {
        let profile = self.profile()?;
        if let (Source::Environment(_), Choice::Argument) = (credentials, profile.choice()) {
            let name = printable(profile.name());
            crate::output::note!(
                "warning: the credentials are not those of the profile `{name}`, because {credentials} is set"
            );
        }
        Ok(())
    }

    /// The profile.
    pub(crate) fn profile(&self) -> Result<&Profile, Failure> {
        if let Some(profile) = self.profile.get() {
            return Ok(profile);
        }
        let environment = variable(PROFILE)?;
        let profile = Profile::load(
            folders::atlas_cli_config(),
            self.profile_argument.as_deref(),
            environment.as_deref(),
        )?;
        Ok(self.profile.get_or_init(|| profile))
    }

    /// The organization: that of the argument, or the configured one.
    pub(crate) fn org(&self, argument: Option<OrgId>) -> Result<Org, Failure> {
        let id = self.org_id(argument)?;
        Ok(self.client()?.org(id))
    }

    /// The id of the organization: that of the argument, or the configured one.
    pub(crate) fn org_id(&self, argument: Option<OrgId>) -> Result<OrgId, Failure> {
        self.id(argument, "organization", "--org-id", ORG_ID)
    }

    /// The client of Atlas, and the project: that of the argument, or the configured one.
    pub(crate) fn project(&self, argument: Option<ProjectId>) -> Result<(Client, Project), Failure> {
        let id = self.project_id(argument)?;
        let client = self.client()?;
        Ok((client.clone(), client.project(id)))
    }

    /// The id of the project: that of the argument, or the configured one.
    pub(crate) fn project_id(&self, argument: Option<ProjectId>) -> Result<ProjectId, Failure> {
        self.id(argument, "project", "--project-id", PROJECT_ID)
    }

    /// Where the id of the organization is set, apart from an argument.
    pub(crate) fn org_id_source(&self) -> Result<Option<Source>, Failure> {
        Ok(self.configured(ORG_ID)?.map(|(_, source)| source))
    }

    /// Where the id of the project is set, apart from an argument.
    pub(crate) fn project_id_source(&self) -> Result<Option<Source>, Failure> {
        Ok(self.configured(PROJECT_ID)?.map(|(_, source)| source))
    }

    fn id<T: FromStr<Err = ParseIdError>>(
        &self,
        argument: Option<T>,
        of: &str,
        flag: &str,
        names: (&'static str, &'static str),
    ) -> Result<T, Failure> {
        if let Some(id) = argument {
            return Ok(id);
        }
        let (variable, key) = names;
        let Some((value, source)) = self.configured(names)? else {
            return Err(Failure::usage(format!(
                "the {of} is not set: give {flag}, or set {variable}, or {key} in a profile of the Atlas CLI"
            )));
        };
        value.parse().map_err(|error| Failure::usage(format!("the id of the {of} in {source} is {error}")))
    }

    /// The value of the environment or of the profile.
    fn configured(
        &self,
        (name, key): (&'static str, &'static str),
    ) -> Result<Option<(String, Source)>, Failure> {
        if let Some(value) = variable(name)? {
            return Ok(Some((value, Source::Environment(vec![name]))));
        }
        let profile = self.profile()?;
        Ok(profile.get(key).map(|value| (value.to_owned(), profile.source(key))))
    }

    /// The source organization: that of the argument, or the configured one. No profile of the Atlas CLI concerns it.
    pub(crate) fn source(&self, argument: Option<SourceOrgId>) -> Result<SourceOrg, Failure> {
        let manager = self.source_manager()?;
        Ok(match argument {
            Some(id) => manager.org(id),
            None => manager.org_from_env()?,
        })
    }

    /// The client of the source's side. A command that needs it twice asks for its key once.
    fn source_manager(&self) -> Result<SourceManager, Failure> {
        if let Some(manager) = self.source_manager.get() {
            return Ok(manager.clone());
        }
        let asked = if source_variables().is_empty() { prompt::source_manager()? } else { None };
        let manager = match asked {
            Some(manager) => manager,
            None => SourceManager::from_env()
                .map_err(|error| Failure::new(Class::Credentials, error.to_string()))?,
        };
        Ok(self.source_manager.get_or_init(|| manager).clone())
    }
}

/// The store of access tokens. `None` if the user has no home.
pub(crate) fn token_store() -> Option<FileTokenStore> {
    folders::state().map(|folder| FileTokenStore::new(folder.join("tokens")))
}

/// The failure of a command that needs credentials. The hint is what a profile lacks.
pub(crate) fn missing_credentials(hint: &str) -> Failure {
    Failure::new(
        Class::Credentials,
        format!(
            "no credentials: set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET for a service account, or \
             MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY for an API key. {hint}"
        ),
    )
}
