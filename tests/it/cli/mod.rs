//! The command line as an operator uses it.

mod clients;
mod imports;
mod invitations;
mod keys;
mod upkeep;
mod users;
