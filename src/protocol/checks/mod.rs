//! One check, one file. Each reads the parameters that it judges and gives a typed value or refuses; the order in which
//! they run is the column in `protocol::authorize`.

pub mod claims;
pub mod max_age;
pub mod nonce;
pub mod pkce;
pub mod prompt;
pub mod redirect_uri;
pub mod request_object;
pub mod response_mode;
pub mod response_type;
pub mod scope;
