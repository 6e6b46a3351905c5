//! Pages for trying things: only where `public_url` is a loopback address.

pub mod letters;
pub mod mail;
pub mod playground;
mod relying_party;
mod run;
mod steps;
