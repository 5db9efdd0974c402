//! `auth`: where the credentials and the other settings come from, and the access token that is kept between runs.

use std::time::SystemTime;

use atlas_migration_sdk::{
    Client, CredentialKind, SourceManager, SourceManagerBuilder, Timestamp, TokenStore as _,
};
use clap::Subcommand;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{printable, table};
use crate::settings::{Found, Settings, Source, missing_credentials, set_variables, token_store};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show where each setting comes from and why, without its value, and whether an access token is stored.
    ///
    /// Sends nothing. Fails with the exit status 3 if there are no credentials.
    #[command(after_help = "Examples:\n  \
        atlas-migration auth status\n  \
        atlas-migration auth status --profile staging --output json")]
    Status,
    /// Revoke the stored access token of the service account, and remove it.
    ///
    /// No other token is fetched for that. The credentials stay where they are; the next command fetches a token.
    #[command(after_help = "Example:\n  atlas-migration auth logout")]
    Logout,
}

/// Where the settings come from.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthStatus {
    /// The kind of the credentials of Atlas. `null` if there are none.
    credentials: Option<Kind>,
    settings: Vec<Setting>,
    profile: ProfileStatus,
    /// The stored access token. `null` unless the credentials are a service account.
    token: Option<TokenStatus>,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    ServiceAccount,
    ApiKey,
    AccessToken,
}

/// A setting and its source. The value is not part of it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Setting {
    setting: &'static str,
    source: SourceKind,
    /// The argument, the names of the environment variables, or the keys in the profile or in the keyring.
    names: Vec<&'static str>,
    /// Why this source won.
    reason: String,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum SourceKind {
    Argument,
    Environment,
    Profile,
    Keyring,
    Default,
    NotSet,
}

/// The profile of the Atlas CLI.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProfileStatus {
    name: String,
    /// Why this profile was chosen.
    reason: &'static str,
    exists: bool,
    file: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TokenStatus {
    /// Whether a token is stored that has not expired.
    stored: bool,
    /// When the stored token expires, as in RFC 3339.
    expires_at: Option<Timestamp>,
    /// Why the store cannot be used.
    problem: Option<String>,
}

/// The result of `auth logout`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedOut {
    /// Whether a stored token was revoked. If not, none was stored.
    revoked: bool,
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Status => status(context).await,
            Self::Logout => logout(context).await,
        }
    }
}

async fn status(context: &Context) -> Result<(), Failure> {
    let settings = &context.settings;
    settings.warn_about_profile()?;
    let (credentials, source, failure) = match settings.find_credentials()? {
        Found::Credentials(credentials, source) => (Some(credentials), Some(source), None),
        Found::Nothing(hint) => (None, None, Some(missing_credentials(&hint))),
    };
    let profile = settings.profile()?;
    let kind = credentials.as_ref().map(|credentials| credentials.kind());
    let token = match credentials {
        Some(credentials) => token_status(&settings.client_with(credentials)?).await,
        None => None,
    };
    let mut all = vec![
        Setting::new("credentials", source, settings)?,
        Setting::new("base URL", Some(settings.server()?.1), settings)?,
        Setting::new("organization", settings.org_id_source()?, settings)?,
        Setting::new("project", settings.project_id_source()?, settings)?,
        Setting::new("output format", Some(settings.output_source()?), settings)?,
    ];
    all.extend(Setting::of_source_side()?);
    let status = AuthStatus {
        credentials: kind.map(Kind::from),
        settings: all,
        profile: ProfileStatus {
            name: profile.name().to_owned(),
            reason: profile.choice().reason(),
            exists: profile.exists(),
            file: profile.file().display().to_string(),
        },
        token,
    };
    context.output.show(&status, AuthStatus::for_people)?;
    failure.map_or(Ok(()), Err)
}

/// The stored token of a service account.
async fn token_status(client: &Client) -> Option<TokenStatus> {
    let key = client.token_key()?;
    let nothing = TokenStatus { stored: false, expires_at: None, problem: None };
    let Some(store) = token_store() else {
        return Some(TokenStatus { problem: Some("the user has no home folder".to_owned()), ..nothing });
    };
    Some(match store.load(&key).await {
        Ok(Some(token)) if token.expires_at > SystemTime::now() => {
            TokenStatus { stored: true, expires_at: Some(token.expires_at.into()), problem: None }
        }
        Ok(_) => nothing,
        Err(error) => TokenStatus { problem: Some(error.to_string()), ..nothing },
    })
}

async fn logout(context: &Context) -> Result<(), Failure> {
    let client = context.settings.client()?;
    let Some(key) = client.token_key() else {
        return Err(Failure::usage(
            "there is nothing to revoke: only a service account has a stored access token, and the credentials are of \
             another kind. `atlas-migration auth status` shows where they come from",
        ));
    };
    let stored = match token_store() {
        Some(store) => store.load(&key).await,
        None => Ok(None),
    };
    // What cannot be read is an error of the revocation.
    let revoked = match stored {
        Ok(stored) => stored.is_some_and(|token| token.expires_at > SystemTime::now()),
        Err(_) => true,
    };
    client.revoke().await?;
    context.output.show(&LoggedOut { revoked }, |logged_out| {
        let text = if logged_out.revoked {
            "Revoked the stored access token, and removed it."
        } else {
            "No access token is stored."
        };
        text.to_owned()
    })
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::ServiceAccount => "service account",
            Self::ApiKey => "API key",
            Self::AccessToken => "access token",
        }
    }
}

impl From<CredentialKind> for Kind {
    fn from(kind: CredentialKind) -> Self {
        match kind {
            CredentialKind::ServiceAccount => Self::ServiceAccount,
            CredentialKind::ApiKey => Self::ApiKey,
            _ => Self::AccessToken,
        }
    }
}

impl Setting {
    fn new(setting: &'static str, source: Option<Source>, settings: &Settings) -> Result<Self, Failure> {
        let profile = settings.profile()?;
        let nowhere = || "neither in the environment nor in the profile".to_owned();
        let (source, names, reason) = match source {
            Some(Source::Argument(name)) => {
                (SourceKind::Argument, vec![name], "an argument takes precedence".to_owned())
            }
            Some(Source::Environment(names)) => (
                SourceKind::Environment,
                names,
                "the environment takes precedence over the profile".to_owned(),
            ),
            Some(Source::Profile { keys, .. }) => {
                let reason = format!("not in the environment; the profile is {}", profile.choice().reason());
                (SourceKind::Profile, keys, reason)
            }
            Some(Source::Keyring { service, keys }) => (
                SourceKind::Keyring,
                keys,
                format!("not in the profile's file, but in the entries of {service}"),
            ),
            Some(Source::Default) => (SourceKind::Default, Vec::new(), nowhere()),
            None => (SourceKind::NotSet, Vec::new(), nowhere()),
        };
        Ok(Self { setting, source, names, reason })
    }

    /// The settings of the source organization, which no profile contains.
    fn of_source_side() -> Result<[Self; 4], Failure> {
        let variables = SourceManager::variables()?;
        let one = |setting, name: Option<_>, unset| {
            Self::of_source(setting, set_variables(name.as_slice()), 1, unset)
        };
        let key = set_variables(&[variables.public_key, variables.private_key]);
        let mut key = Self::of_source("source API key", key, 2, SourceKind::NotSet);
        if let (false, Err(error)) = (key.names.is_empty(), SourceManagerBuilder::from_env()) {
            key.reason = error.to_string();
        }
        Ok([
            key,
            one("source URL", variables.url, SourceKind::Default),
            one("source organization", Some(variables.org), SourceKind::NotSet),
            one("source CA file", variables.ca_certificate, SourceKind::NotSet),
        ])
    }

    /// A setting that consists of so many variables, of which these are set.
    fn of_source(setting: &'static str, names: Vec<&'static str>, parts: usize, unset: SourceKind) -> Self {
        let (source, reason) = if names.len() == parts {
            (SourceKind::Environment, "only the environment has it")
        } else {
            (unset, "not in the environment, and no profile has it")
        };
        Self { setting, source, names, reason: reason.to_owned() }
    }

    fn row(&self) -> [String; 3] {
        let source = match self.source {
            SourceKind::Argument => "argument",
            SourceKind::Environment => "environment",
            SourceKind::Profile => "profile",
            SourceKind::Keyring => "keyring",
            SourceKind::Default => "default",
            SourceKind::NotSet => "not set",
        };
        let names = self.names.join(", ");
        let from = if names.is_empty() { source.to_owned() } else { format!("{source}: {names}") };
        [self.setting.to_owned(), from, self.reason.clone()]
    }
}

impl AuthStatus {
    fn for_people(&self) -> String {
        let settings = table(&["SETTING", "FROM", "REASON"], self.settings.iter().map(Setting::row), "");
        let kind = self.credentials.map_or("none", Kind::name);
        let ProfileStatus { name, reason, exists, file } = &self.profile;
        let exists = if *exists { "" } else { ", which does not exist" };
        let profile = printable(&format!("Profile: `{name}` ({reason}) in {file}{exists}."));
        let token = match &self.token {
            None => String::new(),
            Some(TokenStatus { problem: Some(problem), .. }) => {
                format!("\nStored access token: not used, because {problem}.")
            }
            Some(TokenStatus { expires_at: Some(time), .. }) => {
                format!("\nStored access token: valid until {time}.")
            }
            Some(_) => "\nStored access token: none.".to_owned(),
        };
        format!("{settings}\n\nCredentials: {kind}.\n{profile}{token}")
    }
}
