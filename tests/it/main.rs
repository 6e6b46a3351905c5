//! One test binary: what every test shares is compiled and linked once.
#![cfg(test)]

mod account;
mod admin;
mod api;
mod architecture;
mod audit;
mod claims;
mod cli;
mod clients;
mod console;
mod docs;
mod factors;
mod faults;
mod harness;
mod http;
mod journeys;
mod mail;
mod oidc;
mod operations;
mod pages;
mod protection;
mod store;
