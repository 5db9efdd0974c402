//! What the modules of this crate call the parts of `openapi_fragment`.

pub(crate) use openapi_fragment::{Document, Position, Problem, pointer};

pub(crate) use crate::lint::{Known, lint};
pub(crate) use crate::wrapper::Exposed;
pub(crate) use crate::{rename, wrapper};
