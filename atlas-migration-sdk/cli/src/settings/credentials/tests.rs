use super::*;

/// A profile `p` with these lines.
fn profile(lines: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, format!("[p]\n{lines}")).unwrap();
    Profile::load(Some(file), None, None).unwrap()
}

type Entries = HashMap<&'static str, Secret>;

fn found(lines: &str, entries: &[&'static str]) -> Found {
    let keyring = |keys: Vec<&'static str>| -> Result<Entries, String> {
        let found = keys.into_iter().filter(|key| entries.contains(key));
        Ok(found.map(|key| (key, Secret::new("planted"))).collect())
    };
    in_profile(&profile(lines), keyring).unwrap()
}

#[test]
fn each_kind_in_the_file_and_in_the_keyring() {
    use CredentialKind::{AccessToken, ApiKey, ServiceAccount};
    let (account, key, token) = (
        "client_id='a'\nclient_secret='b'\n",
        "public_api_key='a'\nprivate_api_key='b'\n",
        "access_token='a'\n",
    );
    let all = ["client_id", "client_secret", "public_api_key", "private_api_key", "access_token"];
    /// The lines of the profile, the entries of the keyring, and what is found: the kind, the keys, whether in the keyring.
    type Case<'a> = (&'a str, &'a [&'static str], CredentialKind, &'a [&'a str], bool);
    let cases: &[Case<'_>] = &[
        (account, &[], ServiceAccount, &["client_id", "client_secret"], false),
        (key, &[], ApiKey, &["public_api_key", "private_api_key"], false),
        (token, &[], AccessToken, &["access_token"], false),
        // The order of the Atlas CLI.
        (&[account, token, key].concat(), &[], ApiKey, &["public_api_key", "private_api_key"], false),
        (&[account, token].concat(), &[], AccessToken, &["access_token"], false),
        (
            &[account, key, "auth_type='service_account'"].concat(),
            &[],
            ServiceAccount,
            &["client_id", "client_secret"],
            false,
        ),
        ("org_id='a'", &all, ApiKey, &["public_api_key", "private_api_key"], true),
        ("auth_type='service_account'", &all, ServiceAccount, &["client_id", "client_secret"], true),
        ("auth_type='user_account'", &all, AccessToken, &["access_token"], true),
        ("auth_type='unknown'", &["access_token"], AccessToken, &["access_token"], true),
        ("client_id='a'", &["client_secret"], ServiceAccount, &["client_secret"], true),
    ];
    for (lines, entries, kind, keys, in_keyring) in cases {
        let Found::Credentials(credentials, source) = found(lines, entries) else { panic!("{lines}") };
        assert_eq!(credentials.kind(), *kind, "{lines}");
        let found = match &source {
            Source::Profile { keys, .. } => (keys, false),
            Source::Keyring { service, keys } => {
                assert_eq!(service, "atlascli_p");
                (keys, true)
            }
            _ => panic!("{source:?}"),
        };
        assert_eq!(found, (&keys.to_vec(), *in_keyring), "{lines}");
        assert!(!source.to_string().contains("planted"));
    }
}

#[test]
fn the_keyring_is_not_read_if_the_file_has_the_secret() {
    let profile = profile("client_id='a'\nclient_secret='b'");
    let found = in_profile(&profile, |_| panic!("the keyring was read")).unwrap();
    assert!(matches!(found, Found::Credentials(..)));
}

#[test]
fn what_is_missing_is_named() {
    for (lines, expected) in [
        ("client_id='planted'", "lacks client_secret."),
        ("private_api_key='planted'", "lacks public_api_key."),
        ("org_id='planted'", "has no credentials."),
    ] {
        let Found::Nothing(hint) = found(lines, &[]) else { panic!("{lines}") };
        assert!(hint.contains(expected) && hint.contains("profile `p`"), "{hint}");
        assert!(!hint.contains("planted"), "{hint}");
        let failing = |_: Vec<&'static str>| Err("there is no D-Bus session".to_owned());
        let Found::Nothing(hint) = in_profile(&profile(lines), failing).unwrap() else { panic!("{lines}") };
        assert!(hint.ends_with("The keyring was not read: there is no D-Bus session."), "{hint}");
    }
}

#[test]
fn without_a_profile_the_keyring_is_not_read() {
    let profile = Profile::load(None, None, None).unwrap();
    let Found::Nothing(hint) = in_profile(&profile, |_| panic!("the keyring was read")).unwrap() else {
        panic!("there is no profile");
    };
    assert!(hint.contains("no profile `default`"), "{hint}");
}
