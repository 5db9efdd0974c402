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
    SourceManagerBuilder, SourceOrg, SourceOrgId,
};

use crate::failure::{Class, Failure};
use crate::output::{Format, printable};
pub(crate) use credentials::Found;
use profile::{Choice, Profile};
use server::Server;
use source::variable;
pub(crate) use source::{Source, set_variables};

const PROFILE: &str = "MONGODB_ATLAS_PROFILE";
const OUTPUT: (&str, &str) = ("MONGODB_ATLAS_OUTPUT", "output");
const ORG_ID: (&str, &str) = ("MONGODB_ATLAS_ORG_ID", "org_id");
const PROJECT_ID: (&str, &str) = ("MONGODB_ATLAS_PROJECT_ID", "project_id");

/// The settings of the program. Each source is read when it is needed first.
pub(crate) struct Settings {
    /// The value of `--profile`.
    profile_argument: Option<String>,
    /// The value of `--output`.
    output_argument: Option<Format>,
    profile: OnceLock<Profile>,
    client: OnceLock<Client>,
    source_manager: OnceLock<SourceManager>,
}

impl Settings {
    pub(crate) fn new(profile_argument: Option<String>, output_argument: Option<Format>) -> Self {
        let (profile, client, source_manager) = Default::default();
        Self { profile_argument, output_argument, profile, client, source_manager }
    }

    /// The value of `--profile`.
    pub(crate) fn profile_argument(&self) -> Option<&str> {
        self.profile_argument.as_deref()
    }

    /// The output format: that of the argument, or the configured one.
    pub(crate) fn output(&self) -> Result<Format, Failure> {
        if let Some(format) = self.output_argument {
            return Ok(format);
        }
        let Some((value, source)) = self.configured_output()? else { return Ok(Format::default()) };
        Format::parse(&value).map_err(|reason| {
            Failure::usage(format!(
                "the output format in {source} is not supported ({reason}): give --output"
            ))
        })
    }

    /// Where the output format is set.
    pub(crate) fn output_source(&self) -> Result<Source, Failure> {
        match self.output_argument {
            Some(_) => Ok(Source::Argument("--output")),
            None => Ok(self.configured_output()?.map_or(Source::Default, |(_, source)| source)),
        }
    }

    fn configured_output(&self) -> Result<Option<(String, Source)>, Failure> {
        let (name, key) = OUTPUT;
        Ok(match in_environment(name)? {
            Some(found) => Some(found),
            // A profile that cannot be read is reported by the command that needs it.
            None => self.profile().ok().and_then(|profile| profile.setting(key)),
        })
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
        Ok(match in_environment(name)? {
            Some(found) => Some(found),
            None => self.profile()?.setting(key),
        })
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
        let variables = SourceManager::variables()?;
        let has_key = !set_variables(&[variables.public_key, variables.private_key]).is_empty();
        let asked = if has_key { None } else { prompt::source_api_key()? };
        let builder = match asked {
            Some((public, private)) => SourceManagerBuilder::from_env_with_api_key(public, private),
            None => SourceManagerBuilder::from_env(),
        };
        let builder = builder.map_err(|error| Failure::new(Class::Credentials, error.to_string()))?;
        let manager = builder.build()?;
        Ok(self.source_manager.get_or_init(|| manager).clone())
    }
}

/// The value of an environment variable with its source.
fn in_environment(name: &'static str) -> Result<Option<(String, Source)>, Failure> {
    Ok(variable(name)?.map(|value| (value, Source::Environment(vec![name]))))
}

/// The URL of the source manager in the environment. One that cannot be read is reported by the command that needs it.
pub(crate) fn source_url() -> Option<String> {
    SourceManager::variables().ok()?.url.and_then(|name| variable(name).ok()?)
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
            "no credentials: set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET for a service account, \
             MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY for an API key, or MONGODB_ATLAS_ACCESS_TOKEN \
             for an access token. {hint}"
        ),
    )
}
