//! What tests speak with: a server, browsers, applications, databases.

pub mod app;
pub mod authenticator;
pub mod browser;
pub mod cluster;
pub mod command_line;
pub mod database;
pub mod keys;
pub mod node;
pub mod port;
pub mod raw;
pub mod relying_party;
