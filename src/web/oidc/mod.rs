//! The protocol's endpoints.

pub mod authorize;
pub mod discovery;
pub mod introspect;
pub mod revoke;
pub mod token;
pub mod userinfo;

pub use crate::protocol::discovery::paths;
