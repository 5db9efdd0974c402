//! `completions` and `man`: files for shells and for `man`, made from the definitions of the arguments.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::output;

/// The name under which the program is installed.
const PROGRAM: &str = "atlas-migration";

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The folder to write the pages to. It is created if it does not exist.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), PROGRAM, &mut script);
        output::line(String::from_utf8_lossy(&script).trim_end())
    }
}

impl Man {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.folder)
            .and_then(|()| clap_mangen::generate_to(Arguments::command(), &self.folder))
            .map_err(|error| {
                let folder = self.folder.display();
                Failure::other(format!("the man pages cannot be written to {folder}: {error}"))
            })
    }
}
