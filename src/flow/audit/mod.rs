//! The audit trail: sealing it, looking through it, giving it out, verifying it, ending it. Events are written by the flows
//! that they record, in the same transaction (`store::audit::record`).

pub mod export;
pub mod file;
pub mod lines;
pub mod list;
pub mod retention;
pub mod running;
pub mod seal;
pub mod verifier;
pub mod verify;

pub use list::{Filter, Refused};
pub use verifier::{Broken, What};
