//! MongoDB Atlas push live migrations.

mod date;
mod operation;

pub use date::{Date, ParseDateError};
pub use operation::{Location, Method, Operation, Parameter, ParameterKind, Version};
