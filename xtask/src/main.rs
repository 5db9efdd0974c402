//! Turns the OpenAPI fragment into the client and the operation table.
fn main() {}
