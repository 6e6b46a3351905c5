//! Mail: what is said, as values. The words are the templates' (`web::views::mail`), in the person's language.

use super::Timestamp;

/// What a mail says.
#[derive(Clone, Debug)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// The browser that asked for something, for people to recognise or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What it calls itself, as it came.
    pub user_agent: String,
    /// Where it comes from.
    pub address: String,
    /// When it asked.
    pub at: Timestamp,
}

/// A code and a link that do the same, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Six digits, to be typed where it was asked for.
    pub code: String,
    /// The same as a link.
    pub link: String,
    /// Seconds.
    pub valid_for: u64,
}

/// A second factor, as people know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorNoun {
    /// An authenticator app.
    Totp,
    /// A passkey or security key.
    Passkey,
    /// Codes by text message.
    TextMessages,
    /// A set of recovery codes.
    RecoveryCodes,
    /// A phone number.
    Phone,
}

/// Every mail that is sent. Nothing in it was written by a stranger: whoever signs up somebody else's address must not be
/// able to put words of their own into that mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Shows that mail reaches the address of a new account.
    VerifyEmail {
        /// The link to follow.
        link: String,
        /// Seconds.
        valid_for: u64,
    },
    /// Proves the address before the account is made.
    SignUpCode(Proof, Asked),
    /// Somebody tried to make an account for an address that has one.
    AlreadyRegistered {
        /// The sign-in page.
        link: String,
        /// Who tried.
        asked: Asked,
    },
    /// Signs in without a password.
    SignInCode(Proof, Asked),
    /// The second factor by mail: a code alone.
    SecondFactorCode {
        /// Six digits.
        code: String,
        /// Seconds.
        valid_for: u64,
        /// Who signs in.
        asked: Asked,
    },
    /// Leads to a new password.
    ResetPassword(Proof, Asked),
    /// The password is another one now.
    PasswordChanged(Asked),
    /// Shows that mail reaches an address that is being added.
    ConfirmNewEmail(Proof, Asked),
    /// An address that somebody tried to add belongs to another account: told to that address.
    EmailTaken(Asked),
    /// Told to the primary address.
    EmailAdded {
        /// The address that was added.
        email: String,
        /// Who did it.
        asked: Asked,
    },
    /// Told to the address that was removed and to the primary one.
    EmailRemoved {
        /// The address that was removed.
        email: String,
        /// Who did it.
        asked: Asked,
    },
    /// Told to the old primary address.
    PrimaryEmailChanged {
        /// The new one.
        email: String,
        /// Who did it.
        asked: Asked,
    },
    /// A second factor was added.
    FactorAdded(FactorNoun, Asked),
    /// A second factor was removed.
    FactorRemoved(FactorNoun, Asked),
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// How many are left.
        left: u64,
        /// Who used it.
        asked: Asked,
    },
    /// Somebody asks to do without the second factors.
    FactorResetRequested {
        /// When they go if nobody objects.
        effective_at: Timestamp,
        /// Objects.
        cancel_link: String,
        /// Who asked.
        asked: Asked,
    },
    /// The second factors are gone.
    FactorResetDone,
    /// A sign-in from a browser that the account has not been seen with.
    NewDevice {
        /// The browser.
        asked: Asked,
        /// "This was not me".
        link: String,
    },
    /// An invitation to make an account.
    Invitation {
        /// The link to follow.
        link: String,
        /// Seconds.
        valid_for: u64,
    },
    /// The account will be deleted.
    AccountDeletionScheduled {
        /// When.
        at: Timestamp,
        /// The sign-in page, where it can be kept.
        link: String,
    },
    /// The account is gone.
    AccountDeleted,
    /// Shows that mail leaves.
    Test,
}
