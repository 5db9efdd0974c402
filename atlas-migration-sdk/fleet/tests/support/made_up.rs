//! A fleet of made-up migrations: what Atlas lists, and the fleet file.

use std::fmt::Write as _;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator};
use serde_json::{Value, json};

use super::program::Machine;

/// Migrations over hosts: the first host has the first migration, and so on.
pub(crate) struct MadeUp {
    pub(crate) names: Vec<String>,
    pub(crate) hosts: usize,
}

impl MadeUp {
    fn host(&self, number: usize) -> String {
        format!("migration-host-{:02}.example.com", number % self.hosts)
    }

    /// Lets the emulator list the deployments and hosts.
    pub(crate) fn list(&self, emulator: &Emulator) {
        let deployment = |(number, name): (usize, &String)| {
            json!({"name": name, "mongoDBVersion": "7.0.15", "featureCompatibilityVersion": "7.0", "managed": true,
                "sharded": false, "tlsEnabled": true, "dbSizeBytes": (number as u64 + 1) * 36_000_000_000_u64,
                "oplogSizeMB": 51_200})
        };
        let hosts: Vec<_> = (0..self.hosts).map(|number| self.host(number)).collect();
        emulator.set_linked(true);
        emulator.set_available_projects(vec![json!({
            "name": "Shop", "projectId": emulator.source_project_id(), "migrationHosts": hosts,
            "deployments": self.names.iter().enumerate().map(deployment).collect::<Vec<_>>(),
        })]);
    }

    /// Writes the fleet file, with these lines in its section `atlas`.
    pub(crate) fn write(&self, machine: &Machine, emulator: &Emulator, atlas: &str) {
        let mut text = format!(
            "name = \"shop\"\norg = \"{}\"\nproject = \"{}\"\n\n[atlas]\n{atlas}\n\n[approvals]\nby = [\"ada\"]\n",
            emulator.org_id(),
            emulator.project_id(),
        );
        for (number, name) in self.names.iter().enumerate() {
            writeln!(
                text,
                "\n[[migrations]]\nname = \"{name}\"\nplan.migration_host = \"{}\"\nplan.source = {{ project = \"{}\", cluster = \
                 \"{name}\" }}\nplan.destination = {{ cluster = \"{name}-in-atlas\", reach = \"public\" }}",
                self.host(number),
                emulator.source_project_id(),
            )
            .unwrap();
        }
        machine.write("fleet.toml", &text);
    }

    /// The migrations that were started for this one.
    pub(crate) fn started(emulator: &Emulator, name: &str) -> Vec<String> {
        let name = format!("\"{name}-in-atlas\"");
        let requests = emulator.requests();
        let is_of_it = |number: u64| {
            requests.iter().any(|request| {
                request.number == number && String::from_utf8_lossy(&request.body).contains(&name)
            })
        };
        let started = emulator.recorded_effects().into_iter().filter(|effect| is_of_it(effect.request));
        started
            .filter_map(|effect| match effect.effect {
                Effect::MigrationStarted(id) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// Each migration was started once and cut over once, and no host was given a second one.
    #[track_caller]
    pub(crate) fn assert_each_effect_once(&self, emulator: &Emulator) {
        let effects = emulator.effects();
        for name in &self.names {
            let ids = Self::started(emulator, name);
            let [id] = ids.as_slice() else { panic!("{name}: started {ids:?}") };
            let cutovers =
                effects.iter().filter(|effect| **effect == Effect::CutoverStarted(id.clone())).count();
            assert_eq!(cutovers, 1, "{name}");
        }
        let busy = emulator.requests().into_iter().find(|request| {
            request.operation == Some("createGroupLiveMigration") && matches!(request.status, 400 | 409)
        });
        assert!(busy.is_none(), "{busy:?}");
    }
}

/// The migrations of a status in which a person has to decide, with their questions.
pub(crate) fn waiting(status: &Value) -> Vec<(String, Value)> {
    let migrations = status["migrations"].as_array().cloned().unwrap_or_default();
    let waiting = migrations.into_iter().filter(|migration| migration["state"] == "waiting");
    waiting
        .map(|migration| (migration["name"].as_str().unwrap().to_owned(), migration["question"].clone()))
        .collect()
}

/// Answers every question as a careful person does. Whether all migrations are complete.
pub(crate) fn answer_all(machine: &Machine, emulator: &Emulator) -> bool {
    let run = machine.run(&["status", "--output", "json"]);
    // While the server or the workers start.
    let Ok(status) = serde_json::from_str::<Value>(&run.stdout) else {
        std::thread::sleep(Duration::from_millis(300));
        return false;
    };
    let counts = &status["counts"];
    assert_eq!(counts["failed"], 0, "{status}");
    if counts["done"] == status["migrations"].as_array().unwrap().len() {
        return true;
    }
    let mut approve = Vec::new();
    for (name, question) in waiting(&status) {
        let answer = if question["approve"].is_object() {
            approve.push(name);
            continue;
        } else if question["find_migration"].is_object() {
            match MadeUp::started(emulator, &name).into_iter().next() {
                Some(id) => vec!["give-id".to_owned(), name, id],
                None => vec!["not-created".to_owned(), name, "--yes".to_owned()],
            }
        } else {
            vec!["retry".to_owned(), name, "--yes".to_owned()]
        };
        let answer: Vec<_> = answer.iter().map(String::as_str).collect();
        // What does not fit any more by now is rejected.
        let _ = machine.run(&[&answer[..], &["--as", "ada"]].concat());
    }
    if !approve.is_empty() {
        let mut arguments = vec!["approve", "--as", "ada", "--yes"];
        arguments.extend(approve.iter().map(String::as_str));
        let _ = machine.run(&arguments);
    }
    std::thread::sleep(Duration::from_millis(300));
    false
}
