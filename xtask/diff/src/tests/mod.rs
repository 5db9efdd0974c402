//! What must hold for any two documents, and how the rules compare with a peer's.

mod callbacks;
mod corpus;
mod levels;
mod moves;
mod properties;
