//! The account pages: a frame with links between them, and a file for each.

mod data;
mod emails;
mod overview;
mod password;
mod phone;
mod profile;
mod security;
mod sessions;

use chrono::{DateTime, Utc};

use super::{FormProblem, paths};

pub use data::{AccountData, DeleteProblem, Leaving};
pub use emails::{AccountEmails, Elsewhere, EmailConfirm, EmailElsewhere, EmailProblem, EmailRow, WaitingEmail};
pub use overview::{Account, AppRow};
pub use password::{AccountPassword, CurrentProblem};
pub use phone::{AccountPhone, WaitingPhone};
pub use profile::{AccountProfile, PictureProblem, ProfileProblems};
pub use security::{AccountSecurity, DeviceRow, EventRow, FactorRow};
pub use sessions::{AccountSessions, SessionRow};

/// One page of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Who I am here, where I am signed in, which apps know me.
    Overview,
    /// Names, picture, user name, language.
    Profile,
    /// Addresses.
    Emails,
    /// Phone number.
    Phone,
    /// Password.
    Password,
    /// Factors, devices, history.
    Security,
    /// Sessions.
    Sessions,
    /// Download and deletion.
    Data,
}

impl Section {
    /// In the order of the links.
    pub const ALL: [Self; 8] = [
        Self::Overview,
        Self::Profile,
        Self::Emails,
        Self::Phone,
        Self::Password,
        Self::Security,
        Self::Sessions,
        Self::Data,
    ];

    /// Its address.
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Overview => paths::ACCOUNT,
            Self::Profile => paths::ACCOUNT_PROFILE,
            Self::Emails => paths::ACCOUNT_EMAILS,
            Self::Phone => paths::ACCOUNT_PHONE,
            Self::Password => paths::ACCOUNT_PASSWORD,
            Self::Security => paths::ACCOUNT_SECURITY,
            Self::Sessions => paths::ACCOUNT_SESSIONS,
            Self::Data => paths::ACCOUNT_DATA,
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Overview => "home",
            Self::Profile => "person",
            Self::Emails => "mail",
            Self::Phone => "phone",
            Self::Password => "key",
            Self::Security => "shield",
            Self::Sessions => "device",
            Self::Data => "download",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Overview => "account.nav_overview",
            Self::Profile => "account.nav_profile",
            Self::Emails => "account.nav_emails",
            Self::Phone => "account.nav_phone",
            Self::Password => "account.nav_password",
            Self::Security => "account.nav_security",
            Self::Sessions => "account.nav_sessions",
            Self::Data => "account.nav_data",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Overview => "account.title",
            Self::Profile => "account_profile.title",
            Self::Emails => "account_emails.title",
            Self::Phone => "account_phone.title",
            Self::Password => "account_password.title",
            Self::Security => "account_security.title",
            Self::Sessions => "account_sessions.title",
            Self::Data => "account_data.title",
        }
    }
}

/// What every account page has around it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Which page.
    pub section: Section,
    /// Whether the person proved who they are lately, so that what matters can be changed.
    pub fresh: bool,
    /// When the account goes, while that can be taken back.
    pub delete_at: Option<DateTime<Utc>>,
    /// Something that was just done, to be said once.
    pub notice: Option<Notice>,
    /// Something the whole form was refused for.
    pub problem: Option<FrameProblem>,
}

impl Frame {
    /// Where the person proves who they are once more, and comes back from.
    pub fn again_href(&self) -> String {
        again_href(self.section)
    }
}

/// Where a person proves who they are once more, and comes back from to one of our own pages.
pub fn again_href(section: Section) -> String {
    format!("{}?again=yes&return_to={}", paths::SIGN_IN, section.path())
}

/// Something the whole form is refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameProblem {
    /// As on every page.
    Form(FormProblem),
    /// The code is used, too old or was tried too often.
    CodeGone,
    /// Too many codes were sent within the hour.
    TooManyCodes,
    /// Somebody else made an account with the address.
    AddressTaken,
}

impl FrameProblem {
    fn text(self, t: crate::web::i18n::Translator) -> String {
        let key = match self {
            Self::Form(problem) => return problem.text(t),
            Self::CodeGone => "account.code_gone",
            Self::TooManyCodes => "account.codes_too_many",
            Self::AddressTaken => "account_emails.taken",
        };
        t.get(key).to_owned()
    }
}

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A verification mail is on its way.
    VerificationSent,
    /// A session was ended.
    SessionEnded,
    /// Other sessions were ended.
    SessionsEnded,
    /// An app's access was taken back.
    AppRevoked,
    /// Names, language or zone were saved.
    ProfileSaved,
    /// The user name was saved.
    UsernameSaved,
    /// The picture was changed.
    PictureSaved,
    /// The picture was taken away.
    PictureRemoved,
    /// A mail with a code is on its way.
    EmailSent,
    /// An address was added.
    EmailAdded,
    /// An address was removed.
    EmailRemoved,
    /// Another address is the primary one.
    EmailPrimary,
    /// An address is not waited for any more.
    EmailCancelled,
    /// A text with a code is on its way.
    PhoneSent,
    /// The number was added.
    PhoneAdded,
    /// The number was removed.
    PhoneRemoved,
    /// The password was changed.
    PasswordChanged,
    /// A device was forgotten.
    DeviceForgotten,
    /// The account stays.
    Kept,
    /// A factor was removed.
    FactorRemoved,
    /// A factor has another name.
    FactorRenamed,
    /// A factor was not removed: it is the only way in.
    LastWayIn,
}

impl Notice {
    const ALL: [(Self, &'static str, &'static str); 22] = [
        (
            Self::VerificationSent,
            "verification",
            "account.notice_verification_sent",
        ),
        (Self::SessionEnded, "session", "account.notice_session_ended"),
        (Self::SessionsEnded, "sessions", "account.notice_sessions_ended"),
        (Self::AppRevoked, "app", "account.notice_app_revoked"),
        (Self::ProfileSaved, "profile", "account.notice_profile"),
        (Self::UsernameSaved, "username", "account.notice_username"),
        (Self::PictureSaved, "picture", "account.notice_picture"),
        (
            Self::PictureRemoved,
            "picture-removed",
            "account.notice_picture_removed",
        ),
        (Self::EmailSent, "email-sent", "account.notice_email_sent"),
        (Self::EmailAdded, "email-added", "account.notice_email_added"),
        (Self::EmailRemoved, "email-removed", "account.notice_email_removed"),
        (Self::EmailPrimary, "email-primary", "account.notice_email_primary"),
        (
            Self::EmailCancelled,
            "email-cancelled",
            "account.notice_email_cancelled",
        ),
        (Self::PhoneSent, "phone-sent", "account.notice_phone_sent"),
        (Self::PhoneAdded, "phone-added", "account.notice_phone_added"),
        (Self::PhoneRemoved, "phone-removed", "account.notice_phone_removed"),
        (Self::PasswordChanged, "password", "account.notice_password"),
        (Self::DeviceForgotten, "device", "account.notice_device_forgotten"),
        (Self::Kept, "kept", "account.notice_kept"),
        (Self::FactorRemoved, "factor-removed", "account_factors.removed"),
        (Self::FactorRenamed, "factor-renamed", "account_factors.renamed"),
        (Self::LastWayIn, "last-way-in", "account_factors.last_way_in"),
    ];

    /// Reads the `done` parameter of an address.
    pub fn from_query(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, name, _)| *name == text)
            .map(|(notice, ..)| *notice)
    }

    /// The value of the `done` parameter.
    pub fn as_query(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(notice, ..)| *notice == self)
            .map_or("", |(_, name, _)| *name)
    }

    fn text(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(notice, ..)| *notice == self)
            .map_or("", |(.., key)| *key)
    }
}

/// The round mark of a person: their picture, else the first letter.
#[derive(Debug, Clone, Copy)]
pub struct Face<'a> {
    /// The `picture` claim.
    pub picture: Option<&'a str>,
    /// The name, else the address.
    pub name: &'a str,
}

impl Face<'_> {
    /// The address of the picture, if it is one of the web.
    pub fn picture(&self) -> Option<&str> {
        self.picture
            .filter(|address| address.starts_with("https://") || address.starts_with("http://"))
    }

    /// What stands in the place of a missing picture.
    pub fn initial(&self) -> String {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map(|c| c.to_uppercase().collect())
            .unwrap_or_default()
    }
}
