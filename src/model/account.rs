//! An account with everything that a sign-in may have to ask about.

use super::Timestamp;
use super::user::User;

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The person.
    pub user: User,
    /// The hash of the password; `None` for an account without one.
    pub phc: Option<String>,
    /// Whether the next sign-in must end in another password.
    pub password_change_required: bool,
    /// The version of the terms that was accepted last.
    pub terms_version: Option<String>,
    /// When the account goes, if its person wanted that.
    pub delete_at: Option<Timestamp>,
    /// How many authenticator apps it has.
    pub totp_credentials: i64,
    /// How many passkeys it has.
    pub passkeys: i64,
    /// The number to which codes are sent as a second factor; see [`Account::texts_to`].
    pub text_number: Option<String>,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
}

impl Account {
    /// The phone number that is known to be the person's.
    pub fn verified_phone(&self) -> Option<&str> {
        let claims = &self.user.claims;
        claims
            .get_bool("phone_number_verified")
            .unwrap_or_default()
            .then(|| claims.get_str("phone_number"))
            .flatten()
    }

    /// The number to which codes are sent as a second factor: it was set up for that, and is known to be the person's today.
    /// A number that was changed or taken away, by whatever way, is given to somebody else one day and proves nothing.
    pub fn texts_to(&self) -> Option<&str> {
        self.text_number
            .as_deref()
            .filter(|number| self.verified_phone() == Some(*number))
    }
}
