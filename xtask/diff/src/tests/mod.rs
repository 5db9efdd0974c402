//! Properties that hold for any two documents, and a comparison with the results of another tool.

mod callbacks;
mod corpus;
mod effective;
mod judge;
mod levels;
mod moves;
mod properties;
mod rewritings;
mod types;
