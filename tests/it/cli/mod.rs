//! The command line as an operator uses it.

mod clients;
mod keys;
mod upkeep;
mod users;
