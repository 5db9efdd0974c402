//! The folders of the user.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// The strategy of Go's `os.UserConfigDir`, which the Atlas CLI uses. On macOS that is the folder for data, because
/// etcetera's folder for configuration is `Library/Preferences`.
#[cfg(target_vendor = "apple")]
fn config() -> Option<PathBuf> {
    etcetera::base_strategy::Apple::new().ok().map(|strategy| strategy.data_dir())
}

#[cfg(windows)]
fn config() -> Option<PathBuf> {
    etcetera::base_strategy::Windows::new().ok().map(|strategy| strategy.config_dir())
}

/// With a relative path in `XDG_CONFIG_HOME`, Go has no folder, and this is the default.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn config() -> Option<PathBuf> {
    etcetera::base_strategy::Xdg::new().ok().map(|strategy| strategy.config_dir())
}

/// The configuration file of the Atlas CLI.
pub(super) fn atlas_cli_config() -> Option<PathBuf> {
    config().map(|folder| folder.join("atlascli").join("config.toml"))
}

/// The folder for what this program keeps between runs, and what can be lost.
pub(super) fn state() -> Option<PathBuf> {
    let strategy = etcetera::base_strategy::choose_base_strategy().ok()?;
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.cache_dir());
    Some(folder.join("atlas-migration"))
}
