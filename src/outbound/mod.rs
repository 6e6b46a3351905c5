//! Everything that leaves the process: mail, text messages, and every other request, which goes through [`http`].

pub mod breaches;
pub mod http;
pub mod mail;
pub mod remote;
pub mod sms;
