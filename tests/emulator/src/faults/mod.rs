//! Faults: what can go wrong, for which request, and what happens then. Tests inject single faults ([`Fault`]) and
//! canned responses ([`CannedResponse`]), or have faults occur at random ([`FaultRate`]).

mod apply;
mod canned;
mod fault;
mod handle;
mod matcher;
mod queue;
mod rate;

pub(crate) use self::apply::Delivery;
pub use self::canned::CannedResponse;
pub use self::fault::Fault;
pub use self::handle::FaultHandle;
pub(crate) use self::matcher::Service;
pub(crate) use self::queue::{Action, FaultQueue};
pub use self::rate::FaultRate;
