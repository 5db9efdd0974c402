//! With what a worker calls Atlas and the sources: clients, and the secrets at the places that the file names.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use atlas_migration_sdk::{
    Backoff, Client, ClientBuilder, Error, ErrorKind, FileTokenStore, RetryPolicy, RetryState, Secret,
    SourceManager, SourceOrg,
};
use etcetera::BaseStrategy as _;

use super::{FleetFile, Place, Source};
use crate::activities::Accounts;
use crate::failure::{Class, Failure};

/// Repeats only what has not reached the server.
///
/// The task queue limits the requests of the whole fleet, and counts activities. A request that is repeated within an
/// activity is not counted, and would be sent above all while the server is overloaded. So a response of the server, and
/// a request whose response was lost, end the activity, and Temporal repeats it if it may be repeated. A connection that
/// was not made costs the server nothing; and an irreversible step, which has one attempt, would fail for it.
#[derive(Debug)]
pub(super) struct OnlyConnecting(pub(super) Backoff);

impl RetryPolicy for OnlyConnecting {
    fn next_delay(&self, state: &RetryState<'_>) -> Option<Duration> {
        if state.error.kind() == ErrorKind::Connect { self.0.next_delay(state) } else { None }
    }
}

/// The settings that each client of a worker has.
pub(super) fn limited(builder: ClientBuilder, call_limit: Duration) -> ClientBuilder {
    builder.operation_timeout(call_limit).retry(OnlyConnecting(Backoff::default()))
}

/// A client of Atlas with the credentials of the environment.
///
/// It shares its access token with `atlas-migration` and with the other programs of this user on this machine: Atlas limits
/// how many are minted, and how many are active. Without a home, it has a token of its own.
pub(crate) fn atlas_client() -> Result<Client, Failure> {
    Ok(with_token_store(ClientBuilder::from_env()?).build()?)
}

/// The client of a worker: as [`atlas_client`], with the limits of an activity.
fn worker_client(call_limit: Duration) -> Result<Client, Failure> {
    Ok(limited(with_token_store(ClientBuilder::from_env()?), call_limit).build()?)
}

fn with_token_store(builder: ClientBuilder) -> ClientBuilder {
    let Ok(strategy) = etcetera::base_strategy::choose_base_strategy() else { return builder };
    // The folder of `atlas-migration`.
    let state = strategy.state_dir().unwrap_or_else(|| strategy.cache_dir());
    builder.token_store(FileTokenStore::new(state.join("atlas-migration").join("tokens")))
}

impl FleetFile {
    /// With what a worker calls Atlas and the sources.
    ///
    /// # Errors
    ///
    /// Every secret that is missing, and the first client that cannot be created.
    pub(crate) fn accounts(&self) -> Result<Accounts, Failure> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let secrets = self.secrets(variable).map_err(|missing| {
            let missing = missing.join("\n  ");
            Failure::new(
                Class::Credentials,
                format!("the worker lacks what the fleet file names:\n  {missing}"),
            )
        })?;
        let mut sources = HashMap::new();
        for (name, source) in &self.sources {
            let Some((public, private)) = secrets.keys.get(name) else { continue };
            let client = source.client(public, private.clone(), self.atlas.call_limit);
            let client = client.map_err(|error| Failure::usage(format!("sources.{name}: {error}")))?;
            sources.insert(name.clone(), client);
        }
        Ok(Accounts {
            org: self.org,
            client: worker_client(self.atlas.call_limit)?,
            call_limit: self.atlas.call_limit,
            sources,
            passwords: secrets.passwords,
        })
    }

    /// The secrets at their places, or everything that is missing.
    pub(super) fn secrets(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Secrets, Vec<String>> {
        let (mut secrets, mut missing) = (Secrets::default(), Vec::new());
        let set = |name: &str| {
            variable(name).ok_or_else(|| format!("the variable {name} is not set, or not UTF-8"))
        };
        for (name, source) in self.sources.iter().filter(|(_, source)| source.link) {
            match (set(&source.public_key_env), set(&source.private_key_env)) {
                (Ok(public), Ok(private)) => {
                    secrets.keys.insert(name.clone(), (public, private.into()));
                }
                (public, private) => {
                    let problems = [public.err(), private.err()].into_iter().flatten();
                    missing.extend(problems.map(|problem| format!("sources.{name}: {problem}")));
                }
            }
        }
        for (name, place) in &self.passwords {
            let password = match place {
                Place::Env(variable) => set(variable).map(Secret::new),
                Place::File(path) => password_in(path),
            };
            match password {
                Ok(password) => {
                    secrets.passwords.insert(name.clone(), password);
                }
                Err(problem) => missing.push(format!("passwords.{name}: {problem}")),
            }
        }
        if missing.is_empty() { Ok(secrets) } else { Err(missing) }
    }
}

/// The secrets of a worker.
#[derive(Default)]
pub(super) struct Secrets {
    /// The key pairs of the sources that are linked.
    pub(super) keys: HashMap<String, (String, Secret)>,
    pub(super) passwords: HashMap<String, Secret>,
}

impl Source {
    fn client(&self, public: &str, private: Secret, call_limit: Duration) -> Result<SourceOrg, String> {
        let builder = match &self.url {
            Some(url) => SourceManager::ops_manager(url, public, private),
            None => SourceManager::cloud_manager(public, private),
        };
        let builder =
            match &self.ca_file {
                Some(path) => builder.root_certificates_pem(std::fs::read(path).map_err(|error| {
                    format!("{}: the certificates cannot be read: {error}", path.display())
                })?),
                None => builder,
            };
        let manager = builder
            .configure(|client| limited(client, call_limit))
            .build()
            .map_err(|error: Error| error.to_string())?;
        Ok(manager.org(self.org))
    }
}

/// The first line of a file, which is all that a file with a password has.
fn password_in(path: &Path) -> Result<Secret, String> {
    let problem = |problem: &str| format!("{}: {problem}", path.display());
    let text = Secret::new(
        std::fs::read_to_string(path)
            .map_err(|error| problem(&format!("the password cannot be read: {error}")))?,
    );
    let line = text.expose_secret().trim_end_matches(['\r', '\n']);
    match line {
        "" => Err(problem("the file is empty, and must have a password")),
        line if line.contains('\n') => {
            Err(problem("the file has more than one line, and must have only the password"))
        }
        line => Ok(Secret::new(line)),
    }
}
