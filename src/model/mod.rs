//! The nouns of the house, as types that cannot be wrong. Knows no other room, does no input or output.

pub mod account;
pub mod alg;
pub mod api;
pub mod api_key;
pub mod audit;
pub mod authorization;
pub mod catalogue;
pub mod claim_mapping;
pub mod claims;
pub mod claims_request;
pub mod client;
pub mod device;
pub mod email;
pub mod interaction;
pub mod invitation;
pub mod journey;
pub mod letter;
pub mod metadata;
pub mod passkey;
pub mod password;
pub mod permission;
pub mod redirect_uri;
pub mod refresh;
pub mod request_trace;
pub mod scope;
pub mod search;
pub mod secret;
pub mod session;
pub mod text;
pub mod totp;
pub mod user;

/// A moment in UTC, in whole microseconds as both engines keep it.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
