//! The entries of the Atlas CLI in the keyring of the system. They are read, never written.
//!
//! The Atlas CLI writes them with the Go package go-keyring. Its entry for a key of a profile has the attributes `service`,
//! which is `atlascli_` and the name of the profile, and `username`, which is the key. Both are from the sources of the
//! two programs. Only the Secret Service of Linux and other free systems is supported.

use std::collections::HashMap;

use atlas_migration_sdk::Secret;

/// The service of the entries of a profile.
pub(super) fn service(profile: &str) -> String {
    format!("atlascli_{profile}")
}

/// The entries of these keys that exist. The error is the rest of a sentence about the reason.
#[cfg(all(feature = "keyring", unix, not(target_vendor = "apple")))]
pub(super) fn read(profile: &str, keys: Vec<&'static str>) -> Result<HashMap<&'static str, Secret>, String> {
    secret_service::read(service(profile), keys)
}

#[cfg(not(all(feature = "keyring", unix, not(target_vendor = "apple"))))]
pub(super) fn read(_: &str, _: Vec<&'static str>) -> Result<HashMap<&'static str, Secret>, String> {
    Err("this program cannot read the keyring of this system".to_owned())
}

#[cfg(all(feature = "keyring", unix, not(target_vendor = "apple")))]
mod secret_service {
    use std::collections::HashMap;
    use std::path::Path;
    use std::sync::mpsc;
    use std::time::Duration;

    use atlas_migration_sdk::Secret;
    use keyring_core::Error;
    use keyring_core::api::CredentialStoreApi as _;
    use zbus_secret_service_keyring_store::Store;

    /// How long to wait for the keyring, which may ask for its password.
    const LIMIT: Duration = Duration::from_secs(20);

    /// Reads on a thread of its own, which may never end: the keyring may wait for an answer that nobody can give.
    pub(super) fn read(
        service: String,
        keys: Vec<&'static str>,
    ) -> Result<HashMap<&'static str, Secret>, String> {
        if !has_session_bus(|name| std::env::var_os(name)) {
            return Err("there is no D-Bus session".to_owned());
        }
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // Nobody receives it after the time limit.
            let _ = sender.send(read_entries(&service, &keys));
        });
        match receiver.recv_timeout(LIMIT) {
            Ok(entries) => entries.map_err(|error| error.to_string()),
            Err(_) => Err(format!("it did not respond within {} s", LIMIT.as_secs())),
        }
    }

    /// Whether there is a session bus to connect to: at an address in the environment, or at the usual place.
    fn has_session_bus(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
        let is_set = |name| variable(name).filter(|value| !value.is_empty());
        is_set("DBUS_SESSION_BUS_ADDRESS").is_some()
            || is_set("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists())
    }

    fn read_entries(service: &str, keys: &[&'static str]) -> Result<HashMap<&'static str, Secret>, Error> {
        let store = Store::new()?;
        let mut entries = HashMap::new();
        for key in keys {
            match store.build(service, key, None)?.get_password() {
                Ok(password) => {
                    entries.insert(*key, Secret::new(password));
                }
                Err(Error::NoEntry) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(entries)
    }

    #[cfg(test)]
    mod tests {
        use super::has_session_bus;

        #[test]
        fn where_a_session_bus_is() {
            let folder = tempfile::tempdir().unwrap();
            let has_bus = |name: &'static str, value: &std::path::Path| {
                has_session_bus(|asked| (asked == name).then(|| value.into()))
            };
            assert!(has_bus("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus".as_ref()));
            assert!(!has_bus("DBUS_SESSION_BUS_ADDRESS", "".as_ref()));
            assert!(!has_bus("XDG_RUNTIME_DIR", folder.path()));
            std::fs::write(folder.path().join("bus"), "").unwrap();
            assert!(has_bus("XDG_RUNTIME_DIR", folder.path()));
            assert!(!has_bus("OTHER", folder.path()));
        }
    }
}
