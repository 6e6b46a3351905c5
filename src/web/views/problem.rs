//! What can be wrong with a form, as values; the words are in the catalogue.

use crate::web::i18n::Translator;

/// Something the whole form is refused for; shown above the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormProblem {
    /// Too many tries from this address.
    RateLimited {
        /// Until the next try is taken.
        retry_after: u64,
    },
    /// The server has no room for the work right now.
    Busy,
}

impl FormProblem {
    /// The sentence for the banner.
    pub fn text(self, t: Translator) -> String {
        match self {
            Self::RateLimited { retry_after } => t
                .say("problem.rate_limited")
                .with("wait", t.wait(retry_after))
                .to_string(),
            Self::Busy => t.get("problem.busy").to_owned(),
        }
    }
}

/// What is wrong with the e-mail address of a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierProblem {
    /// Nothing was typed.
    Missing,
    /// Not an e-mail address.
    Invalid,
    /// Longer than an address may be.
    TooLong,
    /// An account with this address exists.
    Taken,
    /// Addresses at this domain are not admitted here.
    NotAdmitted,
    /// It belongs to a service for addresses that are thrown away.
    Disposable,
}

impl IdentifierProblem {
    /// The sentence under the field.
    pub fn text(self, t: Translator) -> &'static str {
        t.get(match self {
            Self::Missing => "problem.email_missing",
            Self::Invalid => "problem.email_invalid",
            Self::TooLong => "problem.email_too_long",
            Self::Taken => "problem.email_taken",
            Self::NotAdmitted => "problem.email_not_admitted",
            Self::Disposable => "problem.email_disposable",
        })
    }
}

/// What is wrong with a chosen password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Nothing was typed.
    Missing,
    /// Fewer characters than the policy asks for.
    TooShort {
        /// The policy's least length.
        min: u64,
    },
    /// More characters than are taken.
    TooLong {
        /// The policy's greatest length.
        max: u64,
    },
    /// On the list of passwords that are guessed first.
    Common,
    /// Holds the e-mail address or the name.
    ContainsIdentity,
    /// Holds the name of this product or installation.
    ContainsBrand,
    /// Fewer guesses than the policy asks for.
    TooSimple,
    /// Known from a breach of another service.
    Breached,
}

impl PasswordProblem {
    /// The sentence under the field.
    pub fn text(self, t: Translator) -> String {
        let key = match self {
            Self::TooShort { min } => return t.count("problem.password_too_short", min).to_string(),
            Self::TooLong { max } => return t.count("problem.password_too_long", max).to_string(),
            Self::Missing => "problem.password_missing",
            Self::Common => "problem.password_common",
            Self::ContainsIdentity => "problem.password_contains_identity",
            Self::ContainsBrand => "problem.password_contains_brand",
            Self::TooSimple => "problem.password_too_simple",
            Self::Breached => "problem.password_breached",
        };
        t.get(key).to_owned()
    }
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing was typed where a name is required.
    Missing,
    /// Longer than a name may be.
    TooLong,
    /// Holds a link or characters that do not print; names stand in other people's mail.
    Unfit,
}

impl NameProblem {
    /// The sentence under the field.
    pub fn text(self, t: Translator) -> &'static str {
        t.get(match self {
            Self::Missing => "problem.name_missing",
            Self::TooLong => "problem.name_too_long",
            Self::Unfit => "problem.name_unfit",
        })
    }
}

/// What is wrong with a user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsernameProblem {
    /// Nothing was typed where one is required.
    Missing,
    /// Too short or too long.
    Length,
    /// Something else than letters, digits and `. - _`.
    Characters,
    /// Kept for the people who run the place.
    Reserved,
    /// Somebody has it.
    Taken,
}

impl UsernameProblem {
    /// The sentence under the field.
    pub fn text(self, t: Translator) -> &'static str {
        t.get(match self {
            Self::Missing => "problem.username_missing",
            Self::Length => "problem.username_length",
            Self::Characters => "problem.username_characters",
            Self::Reserved => "problem.username_reserved",
            Self::Taken => "problem.username_taken",
        })
    }
}

/// What is wrong with a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneProblem {
    /// Nothing was typed where one is required.
    Missing,
    /// No number, or one without its country code.
    Invalid,
}

impl PhoneProblem {
    /// The sentence under the field.
    pub fn text(self, t: Translator) -> &'static str {
        t.get(match self {
            Self::Missing => "problem.phone_missing",
            Self::Invalid => "problem.phone_invalid",
        })
    }
}

/// Everything wrong with a new account's form, so that it is said at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignUpProblems {
    /// The form as a whole.
    pub form: Option<FormProblem>,
    /// The `name` field.
    pub name: Option<NameProblem>,
    /// The `identifier` field.
    pub identifier: Option<IdentifierProblem>,
    /// The `password` field.
    pub password: Option<PasswordProblem>,
}

/// The field that gets the focus: the first with a problem, else the first that is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    Name,
    Identifier,
    Password,
}

impl SignUpProblems {
    pub(super) fn focus(&self) -> Focus {
        match (self.name, self.identifier, self.password) {
            (Some(_), ..) => Focus::Name,
            (None, Some(_), _) => Focus::Identifier,
            (None, None, Some(_)) => Focus::Password,
            (None, None, None) => Focus::Name,
        }
    }
}
