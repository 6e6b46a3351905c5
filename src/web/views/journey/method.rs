//! The ways to prove who one is, as people know them.

use crate::web::i18n::Translator;

/// A factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A password.
    Password,
    /// A passkey or security key.
    Passkey,
    /// A code by mail.
    Email,
    /// An authenticator app.
    Totp,
    /// A code by text message.
    Sms,
    /// One of the codes that were kept for the day when all else is lost.
    RecoveryCode,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Password,
        Self::Passkey,
        Self::Email,
        Self::Totp,
        Self::Sms,
        Self::RecoveryCode,
    ];

    /// Its name in settings and in the `method` field.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Email => "email",
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::RecoveryCode => "recovery_code",
        }
    }

    /// The one with a name; `None` for names that have no page here.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    pub(in crate::web::views) const fn icon(self) -> &'static str {
        match self {
            Self::Password => "key",
            Self::Passkey => "passkey",
            Self::Email => "mail",
            Self::Totp => "phone",
            Self::Sms => "message",
            Self::RecoveryCode => "lifebuoy",
        }
    }

    /// What its button says where it can be used.
    pub(super) fn use_it(self, t: Translator) -> &'static str {
        t.get(match self {
            Self::Password => "method.use_password",
            Self::Passkey => "method.use_passkey",
            Self::Email => "method.use_email",
            Self::Totp => "method.use_totp",
            Self::Sms => "method.use_sms",
            Self::RecoveryCode => "method.use_recovery_code",
        })
    }

    /// What it is called where it can be set up.
    pub(in crate::web::views) fn title(self, t: Translator) -> &'static str {
        t.get(match self {
            Self::Password => "method.password",
            Self::Passkey => "method.passkey",
            Self::Email => "method.email",
            Self::Totp => "method.totp",
            Self::Sms => "method.sms",
            Self::RecoveryCode => "method.recovery_code",
        })
    }

    /// What it takes to set it up, in a sentence.
    pub(super) fn about(self, t: Translator) -> &'static str {
        t.get(match self {
            Self::Password => "method.password_about",
            Self::Passkey => "method.passkey_about",
            Self::Email => "method.email_about",
            Self::Totp => "method.totp_about",
            Self::Sms => "method.sms_about",
            Self::RecoveryCode => "method.recovery_code_about",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_found_by_its_name() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.name()), Some(method));
        }
        assert_eq!(Method::parse("telepathy"), None);
    }
}
