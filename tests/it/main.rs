//! One test binary: what every test shares is compiled and linked once.
#![cfg(test)]

mod architecture;
mod clients;
mod harness;
mod oidc;
mod store;
