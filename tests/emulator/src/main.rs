//! The emulator as a program: starts it, prints what a shell needs to use it, logs each request, stops at Ctrl-C.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use atlas_emulator::{Challenge, Emulator, EmulatorBuilder, FaultRate, RecordedRequest, Role};
use atlas_migration_sdk::Date;
use clap::{Parser, ValueEnum};
use ipnet::IpNet;

/// Emulates the Atlas live-migration API, and Ops Manager as its source, on this machine.
///
/// Prints the variables that a client needs, then a line for each request: time, method, status, kind of credential,
/// operation, path, and the fault that it met, if any. Secrets are not logged. Stops at Ctrl-C.
#[derive(Parser)]
#[command(name = "atlas-emulator", version)]
struct Arguments {
    /// The loopback address to listen on; any other is refused, because the emulator's credentials are public.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8580)]
    port: u16,
    /// The port on which Ops Manager listens [default: the one after the other; with --port 0 a free one].
    #[arg(long, value_name = "PORT")]
    ops_manager_port: Option<u16>,
    /// How many seconds an access token serves.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: u64,
    /// How many seconds a digest nonce serves.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    nonce_lifetime: u64,
    /// Refuse a digest nonce counter that was used before.
    #[arg(long)]
    strict_nc: bool,
    /// The digest challenges, in this order; may be given several times.
    #[arg(long, value_enum, value_name = "ALGORITHM", default_values_t = [Digest::Md5])]
    digest: Vec<Digest>,
    /// How many requests a minute each path takes.
    #[arg(long, value_name = "REQUESTS", default_value_t = 500)]
    rate_limit: u32,
    /// A network from which credentials can be used; may be given several times. Without it, from everywhere.
    #[arg(long, value_name = "NETWORK")]
    access_list: Vec<IpNet>,
    /// Give the credentials the role Organization Member instead of Organization Owner.
    #[arg(long)]
    member: bool,
    /// The date by which versions are deprecated and gone [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// How many times as fast as the world the clock runs by which jobs take their course, and tokens, nonces and
    /// rate limits end; 0 stops it. At 60 a migration is ready after some two seconds.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = time_scale)]
    time_scale: f64,
    /// How many of a hundred requests meet a fault: resets, lost, late and broken replies, and errors.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=100))]
    faults: u8,
    /// What decides which of them meet which; the same seed brings the same faults to the same requests.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// How many organizations there are.
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
    /// The port of Ops Manager. There is none after the last.
    fn ops_manager_port(&self) -> u16 {
        let next = if self.port == 0 { 0 } else { self.port.checked_add(1).unwrap_or_default() };
        self.ops_manager_port.unwrap_or(next)
    }

    /// Starts the emulator, or says what is wrong and which flag mends it.
    async fn start(self) -> Result<Emulator, String> {
        self.builder().start().await.map_err(|error| match mend(error.kind()) {
            Some(mend) => format!("{error}; {mend}"),
            None => error.to_string(),
        })
    }

    fn builder(self) -> EmulatorBuilder {
        let ops_manager = SocketAddr::new(self.address, self.ops_manager_port());
        let challenges = self.digest.into_iter().map(|digest| match digest {
            Digest::Md5 => Challenge::md5(),
            Digest::Sha256 => Challenge::sha256(),
        });
        let builder = Emulator::builder()
            .address(SocketAddr::new(self.address, self.port))
            .ops_manager_address(ops_manager)
            .token_lifetime(Duration::from_secs(self.token_lifetime))
            .nonce_lifetime(Duration::from_secs(self.nonce_lifetime))
            .strict_nc(self.strict_nc)
            .challenges(challenges)
            .rate_limit(self.rate_limit, Duration::from_secs(60))
            .time_scale(self.time_scale)
            .roles([if self.member { Role::OrganizationMember } else { Role::OrganizationOwner }])
            .organizations(self.organizations.into())
            .on_request(log);
        let builder =
            if self.access_list.is_empty() { builder } else { builder.access_list(self.access_list) };
        let faults = FaultRate::new(self.faults, self.seed);
        let builder = if self.faults == 0 { builder } else { builder.faults(faults) };
        match self.today {
            Some(today) => builder.today(today),
            None => builder,
        }
    }
}

/// The flag that mends a failure to listen, by its kind.
fn mend(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::AddrInUse => {
            Some("choose others with --port and --ops-manager-port, or let --port 0 find two that are free")
        }
        io::ErrorKind::PermissionDenied => {
            Some("the system keeps low ports to itself, mostly those below 1024: choose another --port")
        }
        io::ErrorKind::AddrNotAvailable => {
            Some("this machine has no such address: choose another --address, such as 127.0.0.1")
        }
        // An address that is refused, not one that cannot be bound.
        io::ErrorKind::InvalidInput => Some("choose another --address"),
        _ => None,
    }
}

/// Reads a factor that time can have.
fn time_scale(text: &str) -> Result<f64, &'static str> {
    let scale = text.parse().ok().filter(|scale: &f64| scale.is_finite() && *scale >= 0.0);
    scale.ok_or("expected a number that is not negative, such as 60")
}

#[tokio::main]
async fn main() -> ExitCode {
    let emulator = match Arguments::parse().start().await {
        Ok(emulator) => emulator,
        Err(problem) => {
            eprintln!("error: {problem}");
            return ExitCode::FAILURE;
        }
    };
    // A reader who went away, such as `head`, does not stop the emulator; so below.
    let _ = io::stdout().write_all(greeting(&emulator).as_bytes());
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("error: cannot wait for Ctrl-C: {error}");
        return ExitCode::FAILURE;
    }
    emulator.shutdown().await;
    ExitCode::SUCCESS
}

/// What to paste into a shell. One kind of credential is commented out, because a client may refuse two.
fn greeting(emulator: &Emulator) -> String {
    let (base_url, org_id, project_id) = (emulator.base_url(), emulator.org_id(), emulator.project_id());
    let (client_id, client_secret) = emulator.service_account();
    let (public_key, private_key) = emulator.api_key();
    let (source_url, source_org_id) = (emulator.ops_manager_url(), emulator.source_org_id());
    let (source_public_key, source_private_key) = emulator.ops_manager_api_key();
    format!(
        "# The Atlas emulator listens on {base_url}; Ctrl-C stops it. Paste into a shell:
export MONGODB_ATLAS_BASE_URL={base_url}
export MONGODB_ATLAS_ORG_ID={org_id}
export MONGODB_ATLAS_PROJECT_ID={project_id}
# The source, Ops Manager, with a key of its own. Its URL is no MONGODB_ATLAS_OPS_MANAGER_URL: that one names Atlas.
export OPS_MANAGER_URL={source_url}
export OPS_MANAGER_ORG_ID={source_org_id}
export OPS_MANAGER_PUBLIC_API_KEY={source_public_key}
export OPS_MANAGER_PRIVATE_API_KEY={source_private_key}
# A service account:
export MONGODB_ATLAS_CLIENT_ID={client_id}
export MONGODB_ATLAS_CLIENT_SECRET={client_secret}
# Or, instead of it, an API key:
# export MONGODB_ATLAS_PUBLIC_API_KEY={public_key}
# export MONGODB_ATLAS_PRIVATE_API_KEY={private_key}
# Or try it with curl:
# curl --user '{public_key}:{private_key}' --digest -X POST \\
#   {base_url}/api/atlas/v2/orgs/{org_id}/liveMigrations/linkTokens \\
#   -H 'Accept: application/vnd.atlas.2024-11-13+json' -d '{{\"accessListIps\":[\"203.0.113.7\"]}}'
"
    )
}

/// One line a request. The path is the client's and holds no secret; the query could hold anything and is left out.
fn log(request: &RecordedRequest) {
    let path = request.target.split('?').next().unwrap_or_default();
    let RecordedRequest { at, method, credential, status, .. } = request;
    let operation = request.operation.unwrap_or("-");
    let at = at.as_secs_f64();
    let fault = request.fault.map(|fault| format!("  met {fault}")).unwrap_or_default();
    let _ =
        writeln!(io::stderr(), "{at:10.3} {method:6} {status:3} {credential:6} {operation} {path}{fault}");
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn has_a_sound_command_line() {
        Arguments::command().debug_assert();
    }

    /// What is said where it cannot start; the flags that it names must be `flags`.
    #[track_caller]
    fn refused(arguments: &[&str], says: &str, flags: &[&str]) {
        let arguments = Arguments::parse_from([&["atlas-emulator"], arguments].concat());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let problem = runtime.block_on(arguments.start()).unwrap_err();
        assert!(problem.contains(says), "{problem}");
        let named: Vec<_> = problem.split(' ').filter(|word| word.starts_with("--")).collect();
        let named: Vec<_> = named.iter().map(|flag| flag.trim_end_matches([',', ':'])).collect();
        assert_eq!(named, flags, "{problem}");
    }

    #[test]
    fn says_what_is_at_fault() {
        refused(&["--address", "192.0.2.1"], "192.0.2.1 can be reached from other machines", &["--address"]);
        refused(&["--address", "::"], "other machines", &["--address"]);
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, port) = (taken.local_addr().unwrap(), taken.local_addr().unwrap().port().to_string());
        let ports = ["--port", "--ops-manager-port", "--port"];
        refused(&["--port", &port], &format!("cannot listen on {address}"), &ports);
        refused(
            &["--port", "0", "--ops-manager-port", &port],
            &format!("cannot listen on {address}"),
            &ports,
        );
        // What no test can bring about on every machine.
        assert!(mend(io::ErrorKind::PermissionDenied).unwrap().contains("--port"));
        assert!(mend(io::ErrorKind::AddrNotAvailable).unwrap().contains("--address"));
    }

    #[tokio::test]
    async fn greets_with_one_kind_of_credential() {
        let emulator = Emulator::start().await.unwrap();
        let greeting = greeting(&emulator);
        let exports: Vec<_> = greeting.lines().filter_map(|line| line.strip_prefix("export ")).collect();
        let names: Vec<_> = exports.iter().map(|export| export.split('=').next().unwrap()).collect();
        assert_eq!(
            names,
            [
                "MONGODB_ATLAS_BASE_URL",
                "MONGODB_ATLAS_ORG_ID",
                "MONGODB_ATLAS_PROJECT_ID",
                "OPS_MANAGER_URL",
                "OPS_MANAGER_ORG_ID",
                "OPS_MANAGER_PUBLIC_API_KEY",
                "OPS_MANAGER_PRIVATE_API_KEY",
                "MONGODB_ATLAS_CLIENT_ID",
                "MONGODB_ATLAS_CLIENT_SECRET"
            ]
        );
        assert!(greeting.lines().all(|line| line.starts_with('#') || line.starts_with("export ")));
    }
}
