//! `status`: where each migration is, and who must act.

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::Args;

use super::remote::Remote;
use super::which::WhichFleet;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{self, Format, note};
use crate::status::{self, FleetStatus, State};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: WhichFleet,
    /// Show it again and again, until all migrations have ended: on a terminal in place, elsewhere one below the other, and
    /// with `--output json` one object a line.
    #[arg(short, long)]
    watch: bool,
    /// The time between two readings with --watch.
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = humantime::parse_duration)]
    interval: Duration,
    /// Only the migrations in these states, separated by commas. The numbers below are those of all.
    #[arg(long, value_name = "STATES", value_delimiter = ',')]
    only: Vec<State>,
}

impl Arguments {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let remote = Remote::connect(context, &self.which.which()).await?;
        if !self.watch {
            return context.output.show(&self.read(&remote).await?, status::for_people);
        }
        let mut display = Display::new(context.output.format);
        loop {
            match self.read(&remote).await {
                Ok(status) => {
                    display.show(&status)?;
                    if status.counts.have_all_ended() {
                        return Ok(());
                    }
                }
                // Workers and servers may be restarted meanwhile.
                Err(failure) if failure.may_pass() => note!("{failure}"),
                Err(failure) => return Err(failure),
            }
            tokio::time::sleep(self.interval.max(Duration::from_secs(1))).await;
        }
    }

    async fn read(&self, remote: &Remote) -> Result<FleetStatus, Failure> {
        let mut status = status::read(remote).await?;
        if !self.only.is_empty() {
            status.migrations.retain(|migration| self.only.contains(&migration.state));
        }
        Ok(status)
    }
}

/// Shows one reading after the other.
enum Display {
    /// In place of the one before.
    Terminal,
    /// Below the one before, if it differs.
    Lines {
        last: String,
    },
    Json,
}

impl Display {
    fn new(format: Format) -> Self {
        let can_draw =
            std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        match format {
            Format::Json => Self::Json,
            Format::Table if can_draw => Self::Terminal,
            Format::Table => Self::Lines { last: String::new() },
        }
    }

    fn show(&mut self, status: &FleetStatus) -> Result<(), Failure> {
        match self {
            Self::Json => output::json_line(status),
            Self::Terminal => {
                // To the first line, and nothing below it.
                output::line(&format!("\u{1b}[H\u{1b}[2J{}\n{}", status::for_people(status), status.at))
            }
            Self::Lines { last } => {
                let text = status::for_people(status);
                if *last == text {
                    return Ok(());
                }
                output::line(&format!("{}\n{text}\n", status.at))?;
                *last = text;
                Ok(())
            }
        }
    }
}
