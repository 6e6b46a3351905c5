//! What an authentication was worth: `acr` and `amr` (OpenID Connect Core section 2, RFC 8176).

/// One factor.
pub const SINGLE_FACTOR: &str = "1";

/// The values that can be reached, as discovery lists them.
pub const ACR_VALUES: [&str; 1] = [SINGLE_FACTOR];

/// RFC 8176: a password.
pub const AMR_PASSWORD: &str = "pwd";

/// The assurance of a set of methods.
pub fn acr(_amr: &[String]) -> &'static str {
    SINGLE_FACTOR
}
