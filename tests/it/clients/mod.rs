//! Parties that we did not write sign in against the real program: client libraries of Rust, Node and Python, and a browser.
//! Their programs lie in `tests/clients/`.

mod browser;
mod libraries;
pub mod program;
mod rust;
mod server;
mod walks;
