//! The account rules, pure: what an address, a password, a name, a picture and a claim may be, when a sign-in must wait, what an
//! authentication was worth. Sees only `model` and `crypto`.

pub mod admission;
pub mod assurance;
pub mod authority;
pub mod catalogue;
pub mod claims;
pub mod common_passwords;
pub mod disposable;
pub mod email;
pub mod journey;
pub mod lockout;
pub mod metadata;
pub mod names;
pub mod network;
pub mod password;
pub mod phone;
pub mod picture;
pub mod proof_of_work;
pub mod recovery_codes;
pub mod totp;
pub mod username;
pub mod zones;
