//! `key`: creates a key for the payload codec.

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;

#[derive(Args, Debug)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) fn run(&self, _context: &Context) -> Result<(), Failure> {
        Err(Failure::other("not implemented yet"))
    }
}
