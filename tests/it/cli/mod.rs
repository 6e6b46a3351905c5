//! The command line as an operator uses it.

mod clients;
mod completion;
mod configuration;
mod imports;
mod invitations;
mod keys;
mod remote;
mod upkeep;
mod users;
