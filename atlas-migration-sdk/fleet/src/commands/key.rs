//! `key`: creates a key that encrypts what the server of Temporal stores.

use std::path::PathBuf;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::temporal::codec::create_key_file;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The file to create. An existing one is not overwritten. Every worker and everybody who uses the fleet needs a copy
    /// that only they can read, and without a copy nobody can read what was encrypted with it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedKey {
    file: String,
    /// The id of the key, which is with everything that was encrypted with it.
    key_id: String,
}

impl Arguments {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let id = create_key_file(&self.file).map_err(|error| Failure::other(error.to_string()))?;
        let created = CreatedKey { file: self.file.display().to_string(), key_id: id.to_string() };
        context.output.show(&created, |created| {
            format!(
                "Created {} with the key {}. Copy it to every worker and to everybody who uses the fleet, and name it in \
                 the fleet file ([codec] key_file) or in ATLAS_FLEET_KEY_FILE. Keep another copy in a safe place.",
                created.file, created.key_id
            )
        })
    }
}
