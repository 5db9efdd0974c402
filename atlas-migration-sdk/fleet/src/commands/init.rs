//! `init`: writes a fleet file from what the organization can migrate.

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;

#[derive(Args, Debug)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(&self, _context: &Context) -> Result<(), Failure> {
        Err(Failure::other("not implemented yet"))
    }
}
