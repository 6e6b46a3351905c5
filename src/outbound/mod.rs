//! Everything that leaves the process. Today that is mail.

pub mod mail;
