//! `worker`: serves the workflows and the calls to Atlas.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::failure::Failure;
use crate::fleet_file::FleetFile;
use crate::worker::{self, WorkerConfig};

/// The port that exporters of OpenTelemetry have by default, so that scrapers have it in their examples.
const PORT: u16 = 9464;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The fleet file, for the organization, the places of credentials and passwords, the hooks, the rate limit and the key
    /// file. What to migrate comes from `start`: a worker serves all fleets of the organization.
    #[arg(default_value = "fleet.toml", value_name = "FILE")]
    file: PathBuf,
    /// Serve only a part: `atlas` the calls to Atlas and the sources, on the few machines that have the credentials;
    /// `workflows` the workflows, the hooks and the verification, without any credentials of Atlas. At least one worker must
    /// serve each part [default: both].
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// Where it tells about itself: /healthz, /livez and /metrics.
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)))]
    listen: SocketAddr,
    /// Permit --listen on an address that other machines reach. It has no credentials and no names of clusters, but
    /// everybody there can read it.
    #[arg(long)]
    listen_on_network: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Part {
    Atlas,
    Workflows,
}

impl Arguments {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        if !self.listen.ip().is_loopback() && !self.listen_on_network {
            return Err(Failure::usage(format!(
                "other machines reach {}: add --listen-on-network if they may read the health and the metrics",
                self.listen
            )));
        }
        let file = FleetFile::read_settings(&self.file)?;
        worker::run(WorkerConfig {
            accounts: (self.only != Some(Part::Workflows)).then(|| file.accounts()).transpose()?,
            hooks: (self.only != Some(Part::Atlas)).then_some(file.hooks),
            requests_per_second: file.atlas.requests_per_second,
            listen: self.listen,
            connection: context.connection.clone(),
            key_file: file.key_file,
        })
        .await
    }
}
