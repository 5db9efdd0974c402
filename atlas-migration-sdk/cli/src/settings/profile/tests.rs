use super::*;
use crate::failure::Class;

const ONE: &str = "[work]\norg_id = 'w'\n";
const TWO: &str = "[default]\norg_id = 'd'\n[work]\norg_id = 'w'\n";
const OTHERS: &str = "[home]\norg_id = 'h'\n[work]\norg_id = 'w'\n";

fn load(text: Option<&str>, argument: Option<&str>, environment: Option<&str>) -> Result<Profile, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    if let Some(text) = text {
        fs::write(&file, text).unwrap();
    }
    Profile::load(Some(file), argument, environment)
}

#[test]
fn which_profile_is_chosen() {
    for (text, argument, environment, name, choice, org_id) in [
        (TWO, Some("work"), Some("default"), "work", Choice::Argument, Some("w")),
        (TWO, Some("WORK"), None, "work", Choice::Argument, Some("w")),
        (TWO, None, Some("Work"), "work", Choice::Environment, Some("w")),
        (TWO, None, None, "default", Choice::Default, Some("d")),
        (ONE, None, None, "work", Choice::Only, Some("w")),
        ("[Work]\nORG_ID = 'w'", None, None, "work", Choice::Only, Some("w")),
        (OTHERS, None, None, "default", Choice::Default, None),
        ("telemetry_enabled = false", None, None, "default", Choice::Default, None),
        ("", None, None, "default", Choice::Default, None),
        ("org_id = 'global'\n[default]\norg_id = 'd'", None, None, "default", Choice::Only, Some("global")),
        ("org_id = ''\n[default]\norg_id = 'd'", None, None, "default", Choice::Only, Some("d")),
        ("[default]\norg_id = 7", None, None, "default", Choice::Only, None),
    ] {
        let profile = load(Some(text), argument, environment).unwrap();
        assert_eq!(
            (profile.name(), profile.choice(), profile.get("org_id")),
            (name, choice, org_id),
            "{text}"
        );
    }
}

#[test]
fn a_file_that_does_not_exist_has_no_profile() {
    let profile = load(None, None, None).unwrap();
    assert!(!profile.exists() && profile.get("org_id").is_none() && profile.warning().is_none());
    assert!(Profile::load(None, None, None).is_ok());
}

#[test]
fn a_profile_that_was_asked_for_must_exist() {
    for (argument, environment, reason) in [
        (Some("unknown"), None, "given by --profile"),
        (None, Some("unknown"), "given by MONGODB_ATLAS_PROFILE"),
    ] {
        let failure = load(Some(TWO), argument, environment).unwrap_err();
        assert_eq!(failure.class(), Class::Usage);
        let text = failure.to_string();
        assert!(text.contains("no profile `unknown`") && text.contains(reason), "{text}");
        assert!(text.contains("default, work"), "{text}");
        assert!(load(None, argument, environment).unwrap_err().to_string().contains("there is none"));
    }
}

#[test]
fn the_error_of_an_invalid_file_has_the_line_and_no_content() {
    for (text, line) in
        [("[default]\nclient_secret = planted", 2), ("\n\n[planted", 3), ("planted = 'a'\nplanted = 'b'", 2)]
    {
        let failure = load(Some(text), None, None).unwrap_err().to_string();
        assert!(failure.contains(&format!("config.toml, line {line}, is not valid TOML")), "{failure}");
        assert!(!failure.contains("planted"), "{failure}");
    }
}

#[test]
fn values_are_not_shown() {
    let profile = load(Some("[default]\nprivate_api_key = 'planted'"), None, None).unwrap();
    assert!(!format!("{profile:?}").contains("planted"));
}
