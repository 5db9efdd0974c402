//! The flags of the program, and the emulator that they configure.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use atlas_emulator::{Challenge, Emulator, EmulatorBuilder, FaultRate, RecordedRequest, Role};
use atlas_migration_sdk::Date;
use clap::{Parser, ValueEnum};
use ipnet::IpNet;

/// Emulates the Atlas live-migration API, and Cloud Manager as its source, on this machine.
///
/// Prints the variables that a client needs to the standard output, and then one line per request to the standard
/// error: time, method, status, kind of credential, operation, path, and the fault, if any. Secrets are not logged.
/// Stops at Ctrl-C and SIGTERM.
#[derive(Parser)]
#[command(name = "atlas-emulator", version)]
pub(crate) struct Arguments {
    /// Print one line of JSON instead of the variables, as soon as requests are accepted.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the same JSON to this file, as soon as requests are accepted. An existing file is removed at the start, and
    /// the file at the end.
    #[arg(long, value_name = "PATH")]
    pub(crate) ready_file: Option<PathBuf>,
    /// The loopback address to listen on. Other addresses are rejected, because the emulator's credentials are public.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// The port of Atlas; 0 chooses a free one.
    #[arg(long, default_value_t = 8580)]
    port: u16,
    /// The port of Cloud Manager [default: the port after Atlas's; with --port 0 a free one].
    #[arg(long, value_name = "PORT")]
    source_manager_port: Option<u16>,
    /// How many seconds an access token is valid.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: u64,
    /// Send `Retry-After` with the token endpoint's response to too many requests.
    #[arg(long)]
    token_retry_after: bool,
    /// How many seconds after the start the secret of the service account expires; 0 is at once [default: never].
    #[arg(long, value_name = "SECONDS")]
    secret_lifetime: Option<u64>,
    /// How many seconds a digest nonce is valid.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    nonce_lifetime: u64,
    /// Reject a digest nonce count that was used before.
    #[arg(long)]
    strict_nc: bool,
    /// Accept only digest nonce counts near the number of accepted requests, this many, each once [Tomcat: 100].
    #[arg(long, value_name = "COUNTS")]
    nonce_window: Option<u32>,
    /// Accept a digest nonce once only; its second use gets a challenge with stale=true.
    #[arg(long)]
    one_time_nonces: bool,
    /// A digest challenge. Repeat the flag for several, sent in this order.
    #[arg(long, value_enum, value_name = "ALGORITHM", default_values_t = [Digest::Md5])]
    digest: Vec<Digest>,
    /// How many requests per minute each path accepts.
    #[arg(long, value_name = "REQUESTS", default_value_t = 500)]
    rate_limit: u32,
    /// A network from which credentials can be used. Repeat the flag for several [default: all networks].
    #[arg(long, value_name = "NETWORK")]
    access_list: Vec<IpNet>,
    /// Give the credentials the role Organization Member instead of Organization Owner.
    #[arg(long)]
    member: bool,
    /// Accept any source in validations and migrations: without a link, and with a project, cluster or migration host
    /// that is not available.
    #[arg(long)]
    any_source: bool,
    /// The date by which versions are deprecated and removed [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// How many times as fast as real time the emulator's clock runs, which determines the progress of jobs and the
    /// expiry of tokens, nonces and rate limits; 0 stops it. With 60 a migration is ready after about two seconds.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = time_scale)]
    time_scale: f64,
    /// The percentage of requests with a random fault: resets, lost, slow and invalid responses, and errors.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=100))]
    faults: u8,
    /// The seed of the random faults. The same seed gives the same faults to the same requests.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// The number of organizations.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    organizations: u16,
}

#[derive(Clone, Copy, ValueEnum)]
enum Digest {
    Md5,
    #[value(name = "sha-256")]
    Sha256,
}

impl Arguments {
    /// The port of Cloud Manager. After the last port it is a free one.
    fn source_manager_port(&self) -> u16 {
        let next = if self.port == 0 { 0 } else { self.port.checked_add(1).unwrap_or_default() };
        self.source_manager_port.unwrap_or(next)
    }

    /// Starts the emulator. The error names the flag that fixes it.
    pub(crate) async fn start(
        self,
        observer: impl Fn(&RecordedRequest) + Send + Sync + 'static,
    ) -> Result<Emulator, String> {
        self.builder().on_request(observer).start().await.map_err(|error| match help(error.kind()) {
            Some(help) => format!("{error}; {help}"),
            None => error.to_string(),
        })
    }

    fn builder(self) -> EmulatorBuilder {
        let source_manager = SocketAddr::new(self.address, self.source_manager_port());
        let challenges = self.digest.into_iter().map(|digest| match digest {
            Digest::Md5 => Challenge::md5(),
            Digest::Sha256 => Challenge::sha256(),
        });
        let builder = Emulator::builder()
            .address(SocketAddr::new(self.address, self.port))
            .source_manager_address(source_manager)
            .token_lifetime(Duration::from_secs(self.token_lifetime))
            .token_retry_after(self.token_retry_after)
            .nonce_lifetime(Duration::from_secs(self.nonce_lifetime))
            .strict_nc(self.strict_nc)
            .one_time_nonces(self.one_time_nonces)
            .challenges(challenges)
            .rate_limit(self.rate_limit, Duration::from_secs(60))
            .time_scale(self.time_scale)
            .require_available_source(!self.any_source)
            .roles([if self.member { Role::OrganizationMember } else { Role::OrganizationOwner }])
            .organizations(self.organizations.into())
            // Nothing reads the journal of the program.
            .journal_capacity(0);
        let builder =
            if self.access_list.is_empty() { builder } else { builder.access_list(self.access_list) };
        let builder = match self.nonce_window {
            Some(counts) => builder.nonce_window(counts),
            None => builder,
        };
        let builder = match self.secret_lifetime {
            Some(seconds) => builder.secret_lifetime(Duration::from_secs(seconds)),
            None => builder,
        };
        let fault_rate = FaultRate::new(self.faults, self.seed);
        let builder = if self.faults == 0 { builder } else { builder.fault_rate(fault_rate) };
        match self.today {
            Some(today) => builder.today(today),
            None => builder,
        }
    }
}

/// How to fix a failure to listen.
fn help(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::AddrInUse => {
            Some("choose other ports with --port and --source-manager-port, or free ones with --port 0")
        }
        io::ErrorKind::PermissionDenied => {
            Some("the operating system reserves low ports, usually those below 1024: choose another --port")
        }
        io::ErrorKind::AddrNotAvailable => {
            Some("this machine does not have the address: choose another --address, such as 127.0.0.1")
        }
        // The address is not a loopback address.
        io::ErrorKind::InvalidInput => Some("choose another --address"),
        _ => None,
    }
}

/// Parses a time scale.
fn time_scale(text: &str) -> Result<f64, &'static str> {
    let scale = text.parse().ok().filter(|scale: &f64| scale.is_finite() && *scale >= 0.0);
    scale.ok_or("expected a finite number of at least 0, such as 60")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    /// Checks the error of a failed start, and that the flags in it are `flags`.
    #[track_caller]
    fn fails(arguments: &[&str], message: &str, flags: &[&str]) {
        let arguments = Arguments::parse_from([&["atlas-emulator"], arguments].concat());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(arguments.start(|_| ())).unwrap_err();
        assert!(error.contains(message), "{error}");
        let named: Vec<_> = error.split(' ').filter(|word| word.starts_with("--")).collect();
        let named: Vec<_> = named.iter().map(|flag| flag.trim_end_matches([',', ':'])).collect();
        assert_eq!(named, flags, "{error}");
    }

    #[test]
    fn error_names_the_flag_to_change() {
        fails(&["--address", "192.0.2.1"], "192.0.2.1 can be reached from other machines", &["--address"]);
        fails(&["--address", "::"], "other machines", &["--address"]);
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, port) = (taken.local_addr().unwrap(), taken.local_addr().unwrap().port().to_string());
        let ports = ["--port", "--source-manager-port", "--port"];
        fails(&["--port", &port], &format!("cannot listen on {address}"), &ports);
        fails(
            &["--port", "0", "--source-manager-port", &port],
            &format!("cannot listen on {address}"),
            &ports,
        );
        // These cannot be provoked on every machine.
        assert!(help(io::ErrorKind::PermissionDenied).unwrap().contains("--port"));
        assert!(help(io::ErrorKind::AddrNotAvailable).unwrap().contains("--address"));
    }
}
