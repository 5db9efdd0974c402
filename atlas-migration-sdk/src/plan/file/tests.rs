//! Round trips, and the errors for invalid files.

use super::*;
use crate::values::secret::Secret;
use crate::values::shard_key::ShardKeyOrder::{Ascending, Hashed};

fn plan() -> MigrationPlan {
    let project = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    let source = Source::with_user(project, "source", "migrator", Secret::new("planted"));
    MigrationPlan::new(source.certificate_authority("/ca"), Destination::private_link("d", "link"), "host")
        .drop_destination_data(true)
        .shard(ShardedCollection::new("db", "c", [("b", Hashed), ("a", Ascending)]))
}

#[test]
fn json_roundtrip_without_the_password() {
    let text = plan().to_json();
    assert!(!text.contains("planted"));
    let read = MigrationPlan::from_json(&text).unwrap();
    assert!(read.needs_source_password());
    assert_eq!(read.source_password(Secret::new("planted")), plan());
    let project = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    let small =
        MigrationPlan::new(Source::managed(project, "s").without_tls(), Destination::public("d"), "h");
    assert_eq!(MigrationPlan::from_json(&small.to_json()).unwrap(), small);
    assert!(!small.needs_source_password());
}

#[cfg(feature = "toml")]
#[test]
fn toml_roundtrip_without_the_password() {
    let text = plan().to_toml().unwrap();
    assert!(!text.contains("planted"));
    let read = MigrationPlan::from_toml(&text).unwrap();
    assert_eq!(read.source_password(Secret::new("planted")), plan());
}

#[test]
fn sample_of_the_guide_has_every_field() {
    fn keys(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        if let Some(object) = value.as_object() {
            for (name, value) in object {
                found.push(format!("{path}{name}"));
                keys(value, &format!("{path}{name}."), found);
            }
        }
    }
    let sample = sample_of_the_guide("json");
    let read = MigrationPlan::from_json(sample).unwrap();
    let everything = serde_json::from_str(&plan().create_supporting_indexes(true).to_json()).unwrap();
    let (mut of_sample, mut of_everything) = (Vec::new(), Vec::new());
    keys(&serde_json::from_str(sample).unwrap(), "", &mut of_sample);
    keys(&everything, "", &mut of_everything);
    of_sample.sort();
    of_everything.sort();
    assert_eq!(of_sample, of_everything);
    #[cfg(feature = "toml")]
    assert_eq!(MigrationPlan::from_toml(sample_of_the_guide("toml")).unwrap(), read);
    assert!(read.needs_source_password());
}

/// The only code block of the guide in this language.
fn sample_of_the_guide(language: &str) -> &'static str {
    let guide = include_str!("../../guide/plans.md");
    let start = format!("```{language}\n");
    let mut blocks = guide.split(&start);
    let (_, block, None) = (blocks.next(), blocks.next().unwrap(), blocks.next()) else {
        panic!("several blocks in {language}")
    };
    block.split("```").next().unwrap()
}

const SMALL: &str = r#"{"migration_host":"h","source":{"project":"5f9ad6b7e1c2a3041d0e9b11","cluster":"s"},
    "destination":{"cluster":"d","reach":"public"}}"#;

#[test]
fn errors_contain_the_position_and_not_the_secret() {
    assert!(MigrationPlan::from_json(SMALL).is_ok());
    for (from, to, part) in [
        (r#""cluster":"s""#, r#""cluster":"s","password":"planted""#, "MONGODB_ATLAS_SOURCE_PASSWORD"),
        (r#""cluster":"s""#, r#""cluster":"s","password":4711"#, "must not contain a password"),
        (
            r#""cluster":"s""#,
            r#""cluster":"s","user":"x""#,
            "a field has an unknown name, expected one of `project`, `cluster`, `username`, `password`, `tls`, \
             `certificate_authority` at line 1 column 89",
        ),
        (r#""cluster":"s""#, r#""cluster":"s","planted":"x""#, "a field has an unknown name"),
        (
            r#""reach":"public""#,
            r#""raech":"planted""#,
            "there is no field `raech`, did you mean `reach`? Expected one of `cluster`, `reach`, `private_link_id` at line 2",
        ),
        (
            r#""migration_host""#,
            r#""migration-host""#,
            "no field `migration-host`, did you mean `migration_host`?",
        ),
        (r#""cluster":"s""#, r#""cluster":"s","pass-word":"planted""#, "a field has an unknown name"),
        (r#""cluster":"s""#, r#""cluster":"s","cluster1":"x""#, "a field has an unknown name"),
        (r#""cluster":"s""#, r#""cluster":"s","planted, expected one":"x""#, "a field has an unknown name"),
        (r#"{"migration_host""#, r#"{"planted\u0022`":1,"migration_host""#, "a field has an unknown name"),
        (
            r#""reach":"public""#,
            r#""reach":"planted, expected one""#,
            "an invalid value, expected one of `public`",
        ),
        (r#""project":"5f9ad6b7e1c2a3041d0e9b11""#, r#""project":"planted""#, "source project id"),
        (r#""reach":"public""#, r#""reach":"private-link""#, "private_link_id is missing"),
        (
            r#""reach":"public""#,
            r#""reach":"public","private_link_id":"x""#,
            "only for the reach private-link",
        ),
        (r#""reach":"public""#, r#""reach":"PUBLIC""#, "invalid value, expected one of `public`"),
        (
            r#""cluster":"s""#,
            r#""cluster":"s","tls":"planted""#,
            "another type, expected a boolean at line 1",
        ),
        (r#""reach":"public""#, r#""reach":"planted""#, "an invalid value"),
        (r#""cluster":"s""#, r#""cluster":"s","tls":false,"certificate_authority":"/x""#, "tls is false"),
        (r#""migration_host":"h","#, "", "missing field `migration_host`"),
        ("9b11", "9b1", "not a valid source project id"),
        ("}}", "}", "line 2"),
    ] {
        assert!(SMALL.contains(from));
        let error = MigrationPlan::from_json(&SMALL.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(part), "{part} is not in {error}");
        assert!(!error.contains("planted") && !error.contains("4711"), "{error}");
    }
}

#[cfg(feature = "toml")]
#[test]
fn the_error_for_a_password_in_toml_contains_its_line_and_not_the_password() {
    let text = plan().to_toml().unwrap().replace("[source]", "[source]\npassword = \"planted\"");
    let error = MigrationPlan::from_toml(&text).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("MONGODB_ATLAS_SOURCE_PASSWORD") && text.contains("at line"), "{text}");
    assert!(!text.contains("planted"), "{text}");
}

#[cfg(feature = "toml")]
#[test]
fn errors_in_toml_contain_no_value_and_no_name_that_may_be_one() {
    let text = plan().to_toml().unwrap();
    for (line, part) in [
        ("planted = 1", "a field has an unknown name, expected one of"),
        ("\"planted, expected one\" = 1", "a field has an unknown name"),
        ("tls = \"planted\"", ""),
        ("clustr = \"planted\"", "there is no field `clustr`, did you mean `cluster`? Expected one of"),
        ("planted = 1\nplanted = 2", ""),
        ("planted", ""),
        ("planted = planted", ""),
        ("\"planted\\q\" = 1", ""),
    ] {
        let text = text.replace("[source]", &format!("[source]\n{line}"));
        let error = MigrationPlan::from_toml(&text).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(part) && shown.contains("at line"), "{line}: {shown}");
        assert!(!shown.contains("planted"), "{line}: {shown}");
    }
}
