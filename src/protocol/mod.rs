//! The OAuth 2.1 and OpenID Connect rules, pure: no HTTP, no database, no clock, no randomness. Facts come in as
//! arguments, a decision goes out as a value; whoever calls draws it.

pub mod access_token;
pub mod authorize;
pub mod checks;
pub mod claims;
pub mod client_auth;
pub mod discovery;
pub mod error;
pub mod id_token;
pub mod introspection;
pub mod mappings;
pub mod next_step;
pub mod parameters;
pub mod registration;
pub mod response;
pub mod scopes;
pub mod token;
pub mod trace;
