//! One test binary: what every test shares is compiled and linked once. `harness` is what they share; the other folders
//! mirror `src`.
#![cfg(test)]

mod architecture;
mod harness;
mod store;
