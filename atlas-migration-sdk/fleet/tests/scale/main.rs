//! Many migrations over many hosts, with faults in the responses of Atlas, workers that are killed, and a server that is
//! killed and started again: each effect happens once.
//!
//! `FLEET_MIGRATIONS=200 FLEET_HOSTS=20 cargo test -p atlas-migration-fleet --test scale` is the run of the README.

#![allow(clippy::unwrap_used, reason = "a failed expectation in a helper fails the test")]

#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use atlas_emulator::{Effect, FaultRate};
use support::made_up::{MadeUp, answer_all};
use support::program::{Machine, Running};
use support::server::TemporalServer;

/// How many requests in a hundred have a fault.
const FAULTS: u8 = 20;
const WORKERS: usize = 3;
/// How many requests a second the fleet may send.
const RATE: u32 = 40;
const SERVER_RESTARTS: usize = 2;
/// How often a worker is killed.
const KILL_INTERVAL: Duration = Duration::from_secs(5);

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_effect_happens_once() {
    let Some(mut server) = TemporalServer::start() else { return };
    let emulator = support::emulator::fast()
        .require_available_source(true)
        .one_job_per_host(true)
        .rate_limit(RATE * 60, Duration::from_secs(60))
        .time_scale(1.0)
        .fault_rate(FaultRate::new(FAULTS, 11));
    let emulator = emulator.start().await.unwrap();
    let migrations = setting("FLEET_MIGRATIONS", 6);
    let names = (0..migrations).map(|number| format!("cluster-{number:03}")).collect();
    let fleet = MadeUp { names, hosts: setting("FLEET_HOSTS", 3) };
    fleet.list(&emulator);
    let machines: Vec<_> = (0..WORKERS).map(|_| Machine::new(&server, &emulator)).collect();
    for machine in &machines {
        let limits = format!("poll_interval = \"1s\"\ncall_limit = \"2s\"\nrequests_per_second = {RATE}");
        fleet.write(machine, &emulator, &limits);
    }
    tokio::task::block_in_place(|| {
        let began = Instant::now();
        let mut workers: Vec<_> = machines.iter().map(|machine| machine.start_worker(&[])).collect();
        let start = machines[0].run(&["start", "--yes"]);
        assert_eq!(start.status, 0, "{}", start.stderr);
        let mut numbers = Numbers(17);
        let (mut kills, mut restarts, mut last) = (0, 0, Instant::now());
        while !answer_all(&machines[0], &emulator) {
            if last.elapsed() > KILL_INTERVAL {
                last = Instant::now();
                kill_and_replace(&machines, &mut workers, numbers.below(WORKERS));
                kills += 1;
            }
            let done = emulator
                .effects()
                .iter()
                .filter(|effect| matches!(effect, Effect::CutoverStarted(_)))
                .count();
            if restarts < SERVER_RESTARTS && done >= migrations * (restarts + 1) / (SERVER_RESTARTS + 1) {
                server.start_again();
                restarts += 1;
            }
            assert!(began.elapsed() < Duration::from_secs(3600), "{}", machines[0].run(&["status"]).stdout);
        }
        assert_eq!(restarts, SERVER_RESTARTS);
        let requests = emulator.requests();
        let tokens = emulator.effects().iter().filter(|effect| **effect == Effect::AccessTokenIssued).count();
        // A worker whose response with a token was lost, or that was killed before it stored one, asks for another.
        assert!(tokens <= WORKERS + kills + requests.len() / 20, "{tokens} tokens");
        assert_eq!(
            requests.iter().filter(|request| request.status == 429 && request.fault.is_none()).count(),
            0
        );
        eprintln!(
            "{migrations} migrations on {} hosts in {:.0} s: {} requests, {tokens} tokens, {kills} workers killed, {restarts} \
             restarts of the server",
            fleet.hosts,
            began.elapsed().as_secs_f64(),
            requests.len(),
        );
    });
    fleet.assert_each_effect_once(&emulator);
}

fn kill_and_replace(machines: &[Machine], workers: &mut [Running], number: usize) {
    workers[number].kill();
    workers[number] = machines[number].start(&["worker", "--listen", "127.0.0.1:0"]);
}
