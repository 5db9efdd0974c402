//! Which fleet a command is about.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::fleet_file::FleetFile;
use crate::names::check_name;

/// The fleet file of a command that names none.
pub(crate) const DEFAULT_FILE: &str = "fleet.toml";

fn fleet_name(text: &str) -> Result<String, String> {
    check_name(text).map(|()| text.to_owned())
}

/// The fleet of a command whose other arguments are names of migrations.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Which {
    /// The name of the fleet [default: that in the fleet file].
    #[arg(long, value_name = "NAME", env = "ATLAS_FLEET", hide_env_values = true, value_parser = fleet_name)]
    pub(crate) fleet: Option<String>,
    /// The fleet file [default: fleet.toml].
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

impl Which {
    /// The name of the fleet, and the key file that its fleet file names. A file that is named comes before a name in the
    /// environment.
    pub(crate) fn resolve(&self) -> Result<(String, Option<PathBuf>), Failure> {
        match (&self.file, &self.fleet) {
            (None, Some(fleet)) => Ok((fleet.clone(), None)),
            (None, None) if !PathBuf::from(DEFAULT_FILE).exists() => Err(Failure::usage(format!(
                "which fleet? There is no {DEFAULT_FILE} in this folder: use --fleet NAME, ATLAS_FLEET, or the path of the \
                 fleet file"
            ))),
            (file, fleet) => {
                let path = file.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
                let file = FleetFile::read_settings(&path)?;
                let name = fleet.clone().filter(|_| self.file.is_none()).unwrap_or(file.name);
                Ok((name, file.key_file))
            }
        }
    }
}

/// The fleet of a command that has no other arguments.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct WhichFleet {
    /// The fleet file, for the name of the fleet and its key file [default: fleet.toml].
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The name of the fleet, without a fleet file.
    #[arg(long, value_name = "NAME", env = "ATLAS_FLEET", hide_env_values = true, value_parser = fleet_name)]
    pub(crate) fleet: Option<String>,
}

impl WhichFleet {
    pub(crate) fn which(&self) -> Which {
        Which { fleet: self.fleet.clone(), file: self.file.clone() }
    }
}

/// The login name, which is who decides unless `--as` names somebody.
pub(crate) fn person(named: Option<&str>) -> Result<String, Failure> {
    match named {
        Some(name) => Ok(name.to_owned()),
        None => whoami::username().map_err(|error| {
            Failure::usage(format!("the login name is not known ({error}): use --as to name who decides"))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_no_file() {
        let which = Which { fleet: Some("orders".to_owned()), file: None };
        assert_eq!(which.resolve().unwrap(), ("orders".to_owned(), None));
        let missing = Which { fleet: Some("orders".to_owned()), file: Some(PathBuf::from("no-such.toml")) };
        assert!(missing.resolve().unwrap_err().to_string().contains("no-such.toml"));
    }
}
