//! What is connected to, and what is refused.

use temporalio_common::envconfig::{ClientConfigTLS, DataSource};

use super::*;

fn tls() -> ClientConfigTLS {
    ClientConfigTLS::default()
}

/// The address with its scheme, and whether the connection has TLS; or the error.
fn options(
    address: &str,
    tls: Option<ClientConfigTLS>,
    api_key: Option<&str>,
    allow_plaintext: bool,
) -> Result<(String, bool), String> {
    let profile =
        ClientConfigProfile::builder().address(address).maybe_tls(tls).maybe_api_key(api_key).build();
    let options = connection_options(profile, allow_plaintext).map_err(|error| error.to_string())?;
    Ok((options.target.to_string(), options.tls_options.is_some()))
}

#[test]
fn only_this_machine_is_reached_without_tls() {
    for address in ["localhost:7233", "127.0.0.1:7233", "127.9.9.9:1", "[::1]:7233", "http://localhost:7233"]
    {
        assert!(!options(address, None, None, false).unwrap().1, "{address}");
    }
    for address in [
        "temporal:7233",
        "10.0.0.1:7233",
        "localhost.example:7233",
        "http://temporal:7233",
        "[2001:db8::1]:1",
    ] {
        let error = options(address, None, None, false).unwrap_err();
        assert!(error.contains("--allow-plaintext") && error.contains("TEMPORAL_TLS=true"), "{error}");
        assert!(!options(address, None, None, true).unwrap().1, "{address}");
    }
}

#[test]
fn tls_is_used_where_it_is_configured() {
    for (address, tls, api_key) in [
        ("temporal:7233", Some(tls()), None),
        ("temporal:7233", None, Some("key")),
        ("https://temporal:7233", None, None),
        ("localhost:7233", Some(tls()), None),
    ] {
        let (target, has_tls) = options(address, tls, api_key, false).unwrap();
        assert!(has_tls && target.starts_with("https://"), "{target}");
    }
}

/// Not even if plaintext is allowed.
#[test]
fn an_api_key_is_not_sent_to_another_machine_without_tls() {
    let disabled = ClientConfigTLS::builder().disabled(true).build();
    for (address, tls) in [("http://temporal:7233", None), ("temporal:7233", Some(disabled))] {
        let error = options(address, tls, Some("sk-secret"), true).unwrap_err();
        assert!(error.contains("without TLS") && !error.contains("sk-secret"), "{error}");
    }
}

#[test]
fn a_configuration_that_contradicts_itself_is_an_error() {
    let unchecked = ClientConfigTLS::builder().disable_host_verification(true).build();
    let absent =
        ClientConfigTLS::builder().server_ca_cert(DataSource::Path("/absent.pem".to_owned())).build();
    let half = ClientConfigTLS::builder().client_cert(DataSource::Data(vec![1])).build();
    for (address, tls, api_key, expected) in [
        ("http://temporal:7233", Some(tls()), None, "write it without `http://`"),
        ("temporal:7233", Some(unchecked), None, "certificates are always checked"),
        ("temporal:7233", Some(absent), None, "cannot be read"),
        ("temporal:7233", Some(half), None, "must be provided together"),
        ("temporal:7233", None, Some("sk secret"), "TEMPORAL_API_KEY"),
        ("temporal:7233", None, Some(""), "TEMPORAL_API_KEY"),
        ("ftp://temporal:7233", None, None, "host:port"),
        ("not an address", None, None, "invalid"),
    ] {
        let error = options(address, tls, api_key, true).unwrap_err();
        assert!(error.contains(expected) && !error.contains("sk secret"), "{error}");
    }
}

/// A file that cannot be parsed may contain a key.
#[test]
fn errors_and_debug_have_no_api_key() {
    let text = "[profile.default]\napi_key = \"sk-secret\" oops";
    let error = temporalio_common::envconfig::ClientConfig::from_toml(text.as_bytes(), Default::default());
    let error = error.unwrap_err();
    assert!(error.to_string().contains("sk-secret"), "the test needs an error that shows the line");
    let error = unreadable(&error);
    assert!(!format!("{error}{error:?}").contains("sk-secret"));
    let arguments = ConnectionArguments { key_file: Some("fleet.key".into()), allow_plaintext: false };
    assert!(!format!("{arguments:?}").contains("secret"));
}
