//! The keyring entries of the Atlas CLI, in GNOME Keyring: an implementation of the Secret Service of Linux.
//!
//! `secret-tool` writes them with the attributes of the Go package go-keyring, which the Atlas CLI uses.

#![cfg(target_os = "linux")]

use std::process::Command;

use atlas_emulator::Emulator;

use crate::shells::absent;

/// Stores the entries in a keyring of its own, and runs the program beside it. The exit status 127 is a missing program.
const SCRIPT: &str = r#"
    command -v secret-tool >/dev/null || exit 127
    printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 127
    store() { printf %s "$2" | secret-tool store --label=test service atlascli_work username "$1" || exit 126; }
    store client_id "$ID"
    store client_secret "$SECRET"
    "$1" orgs list && "$1" auth status
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_entries_of_the_atlas_cli_are_read() {
    let emulator = Emulator::start().await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join(".config/atlascli");
    std::fs::create_dir_all(&config).unwrap();
    // What the Atlas CLI leaves in the file if it uses the keyring.
    let text = format!("[work]\nauth_type = 'service_account'\nbase_url = '{}'\n", emulator.base_url());
    std::fs::write(config.join("config.toml"), text).unwrap();
    set_private(&config.join("config.toml"));
    let (id, secret) = emulator.service_account();
    let mut command = Command::new("timeout");
    command
        .args([
            "60",
            "dbus-run-session",
            "--",
            "sh",
            "-c",
            SCRIPT,
            "sh",
            env!("CARGO_BIN_EXE_atlas-migration"),
        ])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("ID", id)
        .env("SECRET", secret);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let output = match output {
        Ok(output) if output.status.code() != Some(127) => output,
        Ok(_) => return drop(absent("the keyring", "not found")),
        Err(error) => return drop(absent("the keyring", &error.to_string())),
    };
    let shown = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{:?} {shown} {errors}", output.status);
    assert!(shown.contains(emulator.org_id()), "{shown}");
    assert!(shown.contains("keyring: client_id, client_secret "), "{shown}");
    assert!(!shown.contains(secret) && !errors.contains(secret), "{shown}");
}

/// Only the user can read the file.
fn set_private(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}
