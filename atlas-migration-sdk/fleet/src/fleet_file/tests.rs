//! What a fleet file may contain, and every problem with its line.

use std::path::Path;
use std::time::Duration;

use atlas_migration_sdk::flow::SourceService;
use proptest::prelude::*;

use super::*;
use crate::windows::Day;

const MINIMAL: &str = r#"name = "shop"
org = "32b6e34b3d91647abb20e7b8"
project = "4888442a3354817a7320eb61"

[[migrations]]
name = "orders"
plan.migration_host = "vm001.example.com"
plan.source = { project = "5f9ad6b7e1c2a3041d0e9b11", cluster = "orders" }
plan.destination = { cluster = "orders", reach = "public" }
"#;

const FULL: &str = r#"
name = "shop"
org = "32b6e34b3d91647abb20e7b8"
project = "4888442a3354817a7320eb61"
source = "main"

[sources.main]
org = "5f9ad6b7e1c2a3041d0e9b10"
access_list = ["203.0.113.7"]

[sources.old]
org = "5f9ad6b7e1c2a3041d0e9b99"
url = "http://localhost:8080/"
link = false
public_key_env = "OLD_PUBLIC"
private_key_env = "OLD_PRIVATE"
ca_file = "ca.pem"

[passwords]
migrator = { env = "MIGRATOR_PASSWORD" }
stock = { file = "secrets/stock" }

[[windows]]
days = ["sat", "sun"]
from = "22:00"
to = "02:00"
time_zone = "Europe/Berlin"

[[windows]]
from = "12:00"
to = "13:00"
time_zone = "UTC"

[approvals]
by = ["alice@example.com", "bob"]
max_lag = "30s"

[hooks]
notify = "./notify.sh"
verify = "./compare.sh --all"

[atlas]
requests_per_second = 2
poll_interval = "90s"
sample_interval = "30m"

[codec]
key_file = "fleet.key"

[[migrations]]
name = "orders"
plan = "plans/orders.toml"

[[migrations]]
name = "stock"
project = "4888442a3354817a7320eb62"
source = "old"
password = "stock"
validate = false
verify = false

[migrations.plan]
migration_host = "vm002.example.com"

[migrations.plan.source]
project = "5f9ad6b7e1c2a3041d0e9b12"
cluster = "stock"
username = "migrator"

[migrations.plan.destination]
cluster = "stock"
reach = "public"
"#;

fn plan(host: &str, cluster: &str) -> String {
    format!(
        "migration_host = \"{host}\"\n[source]\nproject = \"5f9ad6b7e1c2a3041d0e9b11\"\ncluster = \"{cluster}\"\n\
         [destination]\ncluster = \"{cluster}\"\nreach = \"public\"\n"
    )
}

/// The problems of a file, as `LINE: MESSAGE`.
fn problems(text: &str) -> Vec<String> {
    let problems = FleetFile::parse(text, Path::new("/nowhere")).err().unwrap_or_default();
    problems.into_iter().map(|Problem { line, message }| format!("{line}: {message}")).collect()
}

#[test]
fn the_defaults() {
    let file = FleetFile::parse(MINIMAL, Path::new("")).unwrap();
    let [spec] = &file.specs()[..] else { panic!("{file:?}") };
    assert_eq!(
        (spec.fleet.as_str(), spec.name.as_str(), spec.host()),
        ("shop", "orders", "vm001.example.com")
    );
    assert!(spec.started.validate && !spec.started.verify && spec.started.link.is_none());
    assert_eq!((spec.begin_seconds, spec.started.settling_seconds), (20, 170));
    assert_eq!((spec.poll_seconds, spec.sample_seconds, spec.max_lag_seconds), (60, 3600, None));
    assert_eq!((&spec.source, &spec.password), (&None, &None));
    assert!(spec.approvers.is_empty() && spec.windows.is_empty());
    assert_eq!(file.atlas.requests_per_second, 4.0);
}

#[test]
fn everything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("plans")).unwrap();
    std::fs::write(folder.path().join("plans/orders.toml"), plan("vm001.example.com", "orders")).unwrap();
    let path = folder.path().join("fleet.toml");
    std::fs::write(&path, FULL).unwrap();
    let file = FleetFile::read(&path).unwrap();
    assert_eq!(file.passwords["migrator"], Place::Env("MIGRATOR_PASSWORD".to_owned()));
    assert_eq!(file.passwords["stock"], Place::File(folder.path().join("secrets/stock")));
    assert_eq!(file.key_file, Some(folder.path().join("fleet.key")));
    assert_eq!(file.hooks.notify.as_deref(), Some("./notify.sh"));
    assert_eq!((file.atlas.requests_per_second, file.atlas.poll_interval), (2.0, Duration::from_secs(90)));
    let old = &file.sources["old"];
    assert_eq!(old.service(), SourceService::OpsManager("http://localhost:8080".to_owned()));
    assert_eq!((old.public_key_env.as_str(), old.private_key_env.as_str()), ("OLD_PUBLIC", "OLD_PRIVATE"));
    assert_eq!(old.ca_file, Some(folder.path().join("ca.pem")));
    assert_eq!(file.sources["main"].public_key_env, "SOURCE_MANAGER_PUBLIC_API_KEY");

    let [orders, stock] = &file.specs()[..] else { panic!("{file:?}") };
    let link = orders.started.link.as_ref().unwrap();
    assert_eq!((link.org, &link.service), (file.sources["main"].org, &SourceService::CloudManager));
    assert_eq!(link.access_list, ["203.0.113.7".parse().unwrap()]);
    assert_eq!(orders.source.as_deref(), Some("main"));
    assert!(orders.started.validate && orders.started.verify);
    // It is linked already.
    assert!(stock.started.link.is_none() && stock.source.is_none());
    assert_eq!(stock.password.as_deref(), Some("stock"));
    assert!(!stock.started.validate && !stock.started.verify);
    assert_eq!(stock.started.project, "4888442a3354817a7320eb62".parse().unwrap());
    for spec in [orders, stock] {
        assert_eq!(spec.approvers, ["alice@example.com", "bob"]);
        assert_eq!(spec.max_lag_seconds, Some(30));
        assert_eq!((spec.poll_seconds, spec.sample_seconds), (90, 1800));
        assert_eq!(spec.windows[0].days, [Day::Sat, Day::Sun]);
        assert_eq!((spec.windows[0].from.as_str(), spec.windows[1].days.len()), ("22:00", 7));
        assert_eq!(
            serde_json::from_str::<MigrationSpec>(&serde_json::to_string(spec).unwrap()).unwrap(),
            *spec
        );
    }
    let written = serde_json::to_string(&file.specs()).unwrap();
    for hidden in ["MIGRATOR_PASSWORD", "secrets/stock", "OLD_P", "notify.sh", "compare.sh", "fleet.key"] {
        assert!(!written.contains(hidden), "{hidden} is in {written}");
    }
}

/// One change to a file that is otherwise valid, and its problems.
#[test]
fn each_problem_has_its_line() {
    const NAME: &str = "name = \"shop\"";
    const ORDERS: &str = "name = \"orders\"";
    for (from, to, expected) in [
        (NAME, "", "1: `name` is missing: a name for the fleet"),
        (NAME, "name = 7", "1: `name` must be a string"),
        (NAME, "name = \" \"", "1: `name` is empty"),
        (NAME, "name = \"a/b\"", "1: `name`: a name has 1 to 64 characters"),
        (NAME, "name = \"shop\"\nname = \"b\"", "2: duplicate key"),
        (NAME, "name = \"shop", "1: invalid basic string"),
        ("org = \"3", "org = \"Q", "2: `org`: not a valid organization id"),
        (
            "project = \"4888442a3354817a7320eb61\"\n",
            "",
            "1: `project` is missing: the id of the Atlas project",
        ),
        (
            NAME,
            "name = \"shop\"\nprojct = \"x\"",
            "2: the fleet file has no such field; did you mean `project`?",
        ),
        (NAME, "name = \"shop\"\nmachines = 1", "2: the fleet file has no such field; it has `"),
        (
            NAME,
            "name = \"shop\"\nsource = \"main\"",
            "2: `source` is not the name of an entry in [sources.NAME]",
        ),
        (NAME, "name = \"shop\"\nsources = 1", "2: `sources` must be a table"),
        (
            ORDERS,
            "name = \"orders\"\nvalidat = true",
            "7: `migrations[0]` has no such field; did you mean `validate`?",
        ),
        (
            ORDERS,
            "name = \"orders\"\nvalidate = \"yes\"",
            "7: `migrations[0].validate` must be true or false",
        ),
        (
            ORDERS,
            "name = \"orders\"\nverify = true",
            "5: there is no verification to run: set `verify` in [hooks]",
        ),
        (
            ORDERS,
            "name = \"orders\"\npassword = \"x\"",
            "7: `migrations[0].password` is not the name of an entry",
        ),
        (ORDERS, "name = \"ordêrs\"", "6: `migrations[0].name`: a name has"),
        (ORDERS, "", "5: `migrations[0].name` is missing"),
        (
            "reach = \"public\"",
            "reach = \"publik\"",
            "9: the plan: a field has an invalid value, expected one of `public`",
        ),
        (
            "reach = \"public\"",
            "reach = \"public\", clster = 1",
            "9: the plan has no such field; did you mean `cluster`?",
        ),
        (
            "cluster = \"orders\" }",
            "cluster = 7 }",
            "8: the plan: a field has a value of another type, expected a string",
        ),
        ("plan.migration_host = \"vm001.example.com\"\n", "", "7: the plan: missing field `migration_host`"),
        (
            "plan.migration_host = \"vm001.example.com\"",
            "plan.migration_host = \"a host\"",
            "7: the migration host of the plan is not the name of a host",
        ),
        (
            "cluster = \"orders\" }",
            "cluster = \"orders\", username = \"m\" }",
            "5: the source of the plan has a user, and the migration no `password`",
        ),
    ] {
        let text = MINIMAL.replacen(from, to, 1);
        assert_ne!(text, MINIMAL, "{from}");
        let found = problems(&text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{to}: {found:?} instead of {expected}");
    }
}

/// A table that is added to a file that is otherwise valid, after its line 9.
#[test]
fn each_table_is_checked() {
    const SOURCE: &str = "[sources.main]\norg = \"5f9ad6b7e1c2a3041d0e9b10\"\n";
    for (added, expected) in [
        ("[sources.main]", &["10: `sources.main.org` is missing"][..]),
        ("[sources.main]\norg = \"5\"", &["11: `sources.main.org`: not a valid source organization id"]),
        ("[sources]\nmain = 1", &["11: `sources.main` must be a table, `[sources.NAME]`"]),
        (&format!("{SOURCE}url = \"http://ops.example.com\""), &["12: `sources.main.url`: use https."]),
        (
            &format!("{SOURCE}url = \"https://u:planted@ops.example.com\""),
            &["12: `sources.main.url`: the URL contains cred"],
        ),
        (&format!("{SOURCE}url = \"ops.example.com\""), &["12: `sources.main.url`: "]),
        (
            &format!("{SOURCE}access_list = [\"planted\", 7]"),
            &[
                "12: `sources.main.access_list`: ",
                "12: an entry of `sources.main.access_list` must be a string",
            ],
        ),
        (
            &format!("{SOURCE}public_key_env = \"planted-key\""),
            &["12: `sources.main.public_key_env`: this must be the name of an env"],
        ),
        (
            &format!("{SOURCE}private_key = \"planted\""),
            &["12: `sources.main` has no such field; did you mean `private_key_env`?"],
        ),
        (
            "[passwords]\na = \"planted\"",
            &["11: a fleet file must not contain a password. Remove it, and state where"],
        ),
        ("[passwords]\n\"planted!\" = { env = \"A\" }", &["11: a name has 1 to 64 characters"]),
        ("[passwords]\na = { env = \"A\", file = \"b\" }", &["11: a password has one place"]),
        ("[passwords]\na = { }", &["11: a password has one place"]),
        (
            "[passwords]\na = { value = \"planted\" }",
            &["11: `passwords.NAME` has no such field", "11: a password has one place"],
        ),
        (
            "[passwords]\na = { env = \"planted!\" }",
            &["11: `passwords.NAME.env`: this must be the name of an env"],
        ),
        (
            "[[windows]]\ndays = [\"Saturday\", \"x\"]\nfrom = \"24:00\"\nto = \"7\"\ntime_zone = \"Europe/Berln\"",
            &[
                "11: the days are mon, tue, wed, thu, fri, sat, sun",
                "11: the days are mon, tue, wed, thu, fri, sat, sun; did you mean `sat`?",
                "12: `windows[0].from`: a window begins at 00:00",
                "13: `windows[0].to`: a time must have the form HH:MM",
                "14: `windows[0].time_zone`: there is no such time zone: use an IANA name, such as Europe/Berlin or UTC. Did you mean Europe/Berlin?",
            ],
        ),
        (
            "[[windows]]\ndays = []",
            &[
                "10: `windows[0].from` is missing",
                "10: `windows[0].time_zone` is missing",
                "10: `windows[0].to` is missing",
                "11: `windows[0].days` is empty",
            ],
        ),
        ("[windows]\nfrom = \"00:00\"", &["10: `windows` must be a list of tables, `[[windows]]`"]),
        (
            "[approvals]\nby = []\nmax_lag = \"2 days\"",
            &["11: `approvals.by` is empty", "12: `approvals.max_lag` must be a duration from 1s to 1day"],
        ),
        ("[approvals]\nby = \"alice\"", &["11: `approvals.by` must be a list of strings"]),
        ("[hooks]\nnotfy = \"x\"", &["11: `hooks` has no such field; did you mean `notify`?"]),
        ("[hooks]\nnotify = \"\"", &["11: `hooks.notify` is empty"]),
        ("[atlas]\nrequests_per_second = 0", &["11: `atlas.requests_per_second` must be above 0"]),
        ("[atlas]\nrequests_per_second = nan", &["11: `atlas.requests_per_second` must be above 0"]),
        ("[atlas]\nrequests_per_second = \"4\"", &["11: `atlas.requests_per_second` must be a number"]),
        ("[atlas]\npoll_interval = \"0s\"", &["11: `atlas.poll_interval` must be a duration from 1s to 1h"]),
        (
            "[atlas]\npoll_interval = \"1s\"\nrequests_per_second = 1.5",
            &["10: the polls of 1 migration hosts every 1s are 1.0 requests a second"],
        ),
        ("[codec]", &["10: `codec.key_file` is missing"]),
        (
            "[[migrations]]\nname = \"b\"\nplan = \"missing.toml\"",
            &["12: /nowhere/missing.toml: the plan cannot be read: "],
        ),
        ("[[migrations]]\nname = \"b\"\nplan = 7", &["12: a plan is the name of a file, or a table"]),
        (
            "[[migrations]]\nname = \"b\"\nplan.source.password = \"planted\"",
            &["12: a plan must not contain a password. Remove it: the password has a place in [passwords]"],
        ),
        (
            "[[migrations]]\nname = \"b\"\nplan.password = \"planted\"",
            &["12: a plan must not contain a password."],
        ),
        (
            "[[migrations]]\nname = \"b\"\nplan.planted = \"planted\"",
            &["12: the plan has no such field; it has `migration_host`"],
        ),
    ] {
        let found = problems(&format!("{MINIMAL}{added}\n"));
        let matches = |(found, expected): (&String, &&str)| found.starts_with(*expected);
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(matches),
            "{added}: {found:#?} instead of {expected:#?}"
        );
        assert!(!found.concat().contains("planted"), "{found:?}");
    }
}

#[test]
fn nothing_is_migrated_twice() {
    let migration = |name: &str, host: &str, source: &str, destination: &str, project: &str| {
        format!(
            "[[migrations]]\nname = \"{name}\"\nproject = \"4888442a3354817a7320eb6{project}\"\nplan = {{ migration_host = \
             \"{host}\", source = {{ project = \"5f9ad6b7e1c2a3041d0e9b11\", cluster = \"{source}\" }}, destination = {{ \
             cluster = \"{destination}\", reach = \"public\" }} }}\n"
        )
    };
    let host = "vm001.example.com";
    for (added, expected) in [
        (migration("customers", host, "customers", "customers", "1"), None),
        (migration("customers", "vm002", "customers", "orders", "2"), None),
        (
            migration("Orders", host, "customers", "customers", "1"),
            Some("11: a migration has this name, perhaps in another case, in line 6 already"),
        ),
        (
            migration("customers", host, "orders", "customers", "1"),
            Some("13: a migration has the same source, project and cluster, in line 7 already"),
        ),
        (
            migration("customers", host, "customers", "orders", "1"),
            Some("13: a migration has the same destination, project and cluster, in line 7 already"),
        ),
        (
            migration("customers", "VM001.example.com.", "customers", "customers", "1"),
            Some("13: the migration host VM001.example.com. is spelled vm001.example.com in another plan"),
        ),
    ] {
        let found = problems(&format!("{MINIMAL}{added}"));
        assert!(found.len() <= 1, "{found:?}");
        assert_eq!(
            found.first().map(|found| expected.is_some_and(|expected| found.starts_with(expected))),
            expected.map(|_| true),
            "{added}: {found:?}"
        );
    }
}

#[test]
fn an_error_lists_every_problem_under_the_name_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.toml");
    let missing = FleetFile::read(&path).unwrap_err().to_string();
    assert!(missing.contains("`atlas-migration-fleet init` writes one"), "{missing}");
    std::fs::write(&path, "name = 7\nextra = 1\n").unwrap();
    let failure = FleetFile::read(&path).unwrap_err();
    let text = failure.to_string().replace(&path.display().to_string(), "FILE");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "FILE has 4 problems:");
    for (line, expected) in lines[1..].iter().zip([
        "  line 1: `migrations` is missing: ",
        "  line 1: `name` must be a string",
        "  line 1: `org` is missing: ",
        "  line 2: the fleet file has no such field",
    ]) {
        assert!(line.starts_with(expected), "{text}");
    }
    assert_eq!(Failure::from(failure).class(), crate::failure::Class::Usage);
}

#[test]
fn the_example_of_the_readme_is_valid() {
    let readme = include_str!("../../README.md");
    let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("plans")).unwrap();
    let with_user =
        plan("vm001.example.com", "orders").replacen("cluster", "username = \"migrator\"\ncluster", 1);
    std::fs::write(folder.path().join("plans/orders.toml"), with_user).unwrap();
    let path = folder.path().join("fleet.toml");
    std::fs::write(&path, example).unwrap();
    let file = FleetFile::read(&path).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((file.migrations.len(), file.windows.len(), file.passwords.len()), (2, 1, 1));
    // What it calls a default is one.
    let default = AtlasLimits::default();
    assert_eq!(format!("{:?}", file.atlas), format!("{default:?}"));
}

#[test]
fn a_worker_needs_no_plans() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.toml");
    std::fs::write(&path, FULL).unwrap();
    assert!(
        FleetFile::read(&path)
            .unwrap_err()
            .to_string()
            .contains("plans/orders.toml: the plan cannot be read")
    );
    let settings = FleetFile::read_settings(&path).unwrap();
    assert_eq!((settings.name.as_str(), settings.sources.len(), settings.migrations.len()), ("shop", 2, 0));
    std::fs::write(&path, "name = \"shop\"\norg = \"32b6e34b3d91647abb20e7b8\"\n").unwrap();
    assert!(FleetFile::read_settings(&path).unwrap().specs().is_empty());
    // Everything else is checked.
    std::fs::write(&path, "name = \"shop\"\norg = \"32b6e34b3d91647abb20e7b8\"\nsurce = 1\n").unwrap();
    let problems = FleetFile::read_settings(&path).unwrap_err().to_string();
    assert!(
        problems.contains("line 3: the fleet file has no such field; did you mean `source`?"),
        "{problems}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the file contains, it has problems or it can be used.
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = FleetFile::parse(&text, Path::new("/nowhere"));
    }

    #[test]
    fn no_damage_to_a_file_panics(at in any::<prop::sample::Index>(), length in 0usize..40, text in "[\\[\\]{}=\"a-z0-9.\n]{0,6}") {
        let mut damaged: Vec<char> = FULL.chars().collect();
        let at = at.index(damaged.len());
        let end = (at + length).min(damaged.len());
        damaged.splice(at..end, text.chars());
        let damaged: String = damaged.into_iter().collect();
        if let Err(problems) = FleetFile::parse(&damaged, Path::new("/nowhere")) {
            let lines = damaged.lines().count();
            prop_assert!(problems.iter().all(|problem| problem.line >= 1 && problem.line <= lines.max(1) + 1));
        }
    }
}

mod secrets;
