//! The connection to the server of Temporal.
//!
//! Address, namespace, TLS, client certificates and API key come from Temporal's own environment variables
//! (`TEMPORAL_ADDRESS`, …) and its configuration file, as for every program that uses Temporal.
//!
//! Without TLS, only this machine is reached: workflows contain who approved what, and who can write to the server can
//! decide. `--allow-plaintext` permits it for a network that is protected in another way, but never with an API key.

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use temporalio_client::envconfig::{ClientConfigProfile, ConfigError};
use temporalio_client::errors::ClientConnectError;
use temporalio_client::grpc::WorkflowService as _;
use temporalio_client::tonic::{Code, IntoRequest as _, Status};
use temporalio_client::{Client, ClientOptions, Connection, ConnectionOptions, TlsOptions};
use temporalio_common::envconfig::load_client_config_profile;
use temporalio_common::protos::temporal::api::workflowservice::v1::DescribeNamespaceRequest;
use temporalio_common::telemetry::metrics::TemporalMeter;

use super::codec::{self, Keys};

/// How long a connection may take, with TLS.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long the server may take to respond to the first requests, which are repeated if they fail.
const RESPONSE_LIMIT: Duration = Duration::from_secs(20);

/// The options of every command that needs the server.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection to Temporal")]
pub(crate) struct ConnectionArguments {
    /// The file with the keys that encrypt what the server of Temporal stores; `key` creates one [default: `key_file` in
    /// the section `codec` of the fleet file, if the command reads one; else nothing is encrypted].
    #[arg(long, global = true, value_name = "FILE", env = "ATLAS_FLEET_KEY_FILE", hide_env_values = true)]
    pub(crate) key_file: Option<PathBuf>,
    /// Connect to another machine without TLS. The default is to refuse, because everyone in between could decide about
    /// migrations.
    #[arg(
        long,
        global = true,
        env = "ATLAS_FLEET_ALLOW_PLAINTEXT",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new(),
        action = clap::ArgAction::SetTrue
    )]
    pub(crate) allow_plaintext: bool,
}

/// The class of a [`ConnectError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectErrorKind {
    /// A variable, the configuration file, a certificate or the key file is invalid.
    Configuration,
    /// The server does not accept the credentials.
    Credentials,
    /// The namespace does not exist.
    NoNamespace,
    /// There is no connection.
    Network,
}

/// Why there is no connection: what happened, and what to do. It has no credentials.
#[derive(Debug)]
pub(crate) struct ConnectError {
    pub(crate) kind: ConnectErrorKind,
    message: String,
}

impl ConnectError {
    fn new(kind: ConnectErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    fn configuration(message: impl Into<String>) -> Self {
        Self::new(ConnectErrorKind::Configuration, message)
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConnectError {}

impl ConnectionArguments {
    /// Connects, and checks that the namespace exists.
    ///
    /// `key_file` is that of the fleet file, which the argument and the variable override.
    ///
    /// # Errors
    /// See [`ConnectErrorKind`].
    pub(crate) async fn connect(&self, key_file: Option<&Path>) -> Result<Client, ConnectError> {
        self.connect_with(key_file, String::new(), None).await
    }

    /// Connects under this name, and counts the requests.
    pub(crate) async fn connect_with(
        &self,
        key_file: Option<&Path>,
        identity: String,
        meter: Option<TemporalMeter>,
    ) -> Result<Client, ConnectError> {
        let keys = self.keys(key_file)?;
        let profile =
            load_client_config_profile(Default::default(), None).map_err(|error| unreadable(&error))?;
        let namespace = profile.namespace.clone().unwrap_or_else(|| "default".to_owned());
        let mut options = connection_options(profile, self.allow_plaintext)?;
        options.identity = identity;
        options.metrics_meter = meter;
        let address = options.target.to_string().trim_end_matches('/').to_owned();
        let client_options =
            ClientOptions::new(namespace.clone()).data_converter(codec::data_converter(keys)).build();
        let connect = async {
            let connection =
                Connection::connect(options).await.map_err(|error| no_connection(&address, &error))?;
            let client = Client::new(connection, client_options)
                .map_err(|error| ConnectError::configuration(error.to_string()))?;
            check_namespace(&client, &address, &namespace).await?;
            Ok(client)
        };
        tokio::time::timeout(CONNECT_LIMIT + RESPONSE_LIMIT, connect)
            .await
            .unwrap_or_else(|_| Err(network(&address, "the server does not respond")))
    }

    /// The keys; none if no file is given.
    fn keys(&self, of_fleet: Option<&Path>) -> Result<Keys, ConnectError> {
        let Some(path) = self.key_file.as_deref().or(of_fleet) else { return Ok(Keys::default()) };
        Keys::read(path).map_err(|error| ConnectError::configuration(error.to_string()))
    }
}

/// The options of the profile, if what they permit is safe.
fn connection_options(
    profile: ClientConfigProfile,
    allow_plaintext: bool,
) -> Result<ConnectionOptions, ConnectError> {
    if profile.tls.as_ref().is_some_and(|tls| tls.disable_host_verification) {
        return Err(ConnectError::configuration(
            "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION is not supported: certificates are always checked. For a private \
             certificate authority, set TEMPORAL_TLS_SERVER_CA_CERT_PATH, and for another name in the certificate \
             TEMPORAL_TLS_SERVER_NAME",
        ));
    }
    // The client leaves out a key that no header can hold, and the server's error would mislead.
    let is_visible = |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    if profile.api_key.as_ref().is_some_and(|key| !is_visible(key)) {
        return Err(ConnectError::configuration(
            "TEMPORAL_API_KEY is empty or contains a space or another character that no key has",
        ));
    }
    let has_tls = profile.tls.as_ref().is_some_and(|tls| tls.disabled != Some(true));
    let mut options = ConnectionOptions::try_from(profile).map_err(|error| unreadable(&error))?;
    options.connect_timeout = Some(CONNECT_LIMIT);
    let is_local = is_loopback(&options);
    match options.target.scheme() {
        "https" => {
            options.tls_options.get_or_insert_with(TlsOptions::default);
            Ok(options)
        }
        "http" if has_tls => Err(ConnectError::configuration(format!(
            "the address {} is without TLS, but TLS is configured: write it without `http://`",
            options.target
        ))),
        "http" if !is_local && options.api_key.is_some() => Err(ConnectError::configuration(format!(
            "the API key would be sent to {} without TLS: set TEMPORAL_TLS=true, or remove `http://` from the address",
            options.target
        ))),
        "http" if !is_local && !allow_plaintext => Err(ConnectError::configuration(format!(
            "{} is another machine, and the connection would be without TLS: set TEMPORAL_TLS=true, or, if the network is \
             protected in another way, use --allow-plaintext",
            options.target
        ))),
        // The client would try TLS with it.
        "http" => {
            options.tls_options = None;
            Ok(options)
        }
        scheme => Err(ConnectError::configuration(format!(
            "the address {} (TEMPORAL_ADDRESS) begins with {scheme}://: it has the form host:port",
            options.target
        ))),
    }
}

fn is_loopback(options: &ConnectionOptions) -> bool {
    match options.target.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
            address.is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

async fn check_namespace(client: &Client, address: &str, namespace: &str) -> Result<(), ConnectError> {
    let request = DescribeNamespaceRequest { namespace: namespace.to_owned(), ..Default::default() };
    let described = client.connection().clone().describe_namespace(request.into_request()).await;
    described.map(|_| ()).map_err(|status| match status.code() {
        Code::NotFound | Code::InvalidArgument => ConnectError::new(
            ConnectErrorKind::NoNamespace,
            format!(
                "the server of Temporal at {address} has no namespace {namespace:?}: create it (`temporal operator \
                 namespace create --namespace {namespace}`), or set TEMPORAL_NAMESPACE to one that exists"
            ),
        ),
        _ => failed_request(address, &status),
    })
}

fn no_connection(address: &str, error: &ClientConnectError) -> ConnectError {
    match error {
        ClientConnectError::SystemInfoCallError(status) => failed_request(address, status),
        // These name a header with its value, which may be a credential.
        ClientConnectError::InvalidHeaders(_) => ConnectError::configuration(
            "a header of TEMPORAL_GRPC_META_… or `grpc_meta` has a name or a value that no header can have",
        ),
        ClientConnectError::InvalidUri(_) | ClientConnectError::InvalidConfig(_) => {
            ConnectError::configuration(format!(
                "the address {address} (TEMPORAL_ADDRESS) is invalid: {error}"
            ))
        }
        error => network(address, &causes(error)),
    }
}

fn failed_request(address: &str, status: &Status) -> ConnectError {
    let message = status.message();
    match status.code() {
        Code::Unauthenticated | Code::PermissionDenied => ConnectError::new(
            ConnectErrorKind::Credentials,
            format!(
                "the server of Temporal at {address} does not accept the credentials ({message}): check TEMPORAL_API_KEY, \
                 or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH, and that they may use the namespace"
            ),
        ),
        // The texts of a connection are in the causes only.
        _ => network(address, &causes(status)),
    }
}

fn network(address: &str, problem: &str) -> ConnectError {
    let advice = "check TEMPORAL_ADDRESS, and whether the server runs and this machine may reach it; for a server with TLS, \
                  TEMPORAL_TLS and the variables that begin with it";
    ConnectError::new(
        ConnectErrorKind::Network,
        format!("no connection to the server of Temporal at {address}: {problem}. Next, {advice}"),
    )
}

/// An error of Temporal's variables or its file. A file that cannot be parsed is not shown: it may contain an API key.
fn unreadable(error: &ConfigError) -> ConnectError {
    let problem = match error {
        ConfigError::ProfileNotFound(name) => {
            format!("the configuration file of Temporal has no profile {name:?} (TEMPORAL_PROFILE)")
        }
        ConfigError::InvalidConfig(problem) => format!("the configuration of Temporal is invalid: {problem}"),
        ConfigError::LoadError(error) => match error.downcast_ref::<std::io::Error>() {
            Some(error) => format!("a file that the configuration of Temporal names cannot be read: {error}"),
            None => "the configuration file of Temporal (TEMPORAL_CONFIG_FILE), or one of the variables that begin with \
                     TEMPORAL_, cannot be parsed: `temporal config list` tells where"
                .to_owned(),
        },
    };
    ConnectError::configuration(problem)
}

/// The text of an error and of its causes, each once.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        let text = match error.downcast_ref::<Status>() {
            Some(status) => status.message().to_owned(),
            None if error.is::<ClientConnectError>() => String::new(),
            None => error.to_string(),
        };
        if !text.is_empty() && !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.join(": ")
}
