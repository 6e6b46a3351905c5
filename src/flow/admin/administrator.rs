//! Who administers, and what they may.

use uuid::Uuid;

use super::refused::Refused;
use crate::model::permission::{Authority, Permission, Verb};

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whoever runs commands beside the database: they could change it by hand too.
    CommandLine,
    /// A program with a key.
    ApiKey(Uuid),
    /// A person, by an access token or in a browser.
    Person(Uuid),
    /// An application on its own.
    Client(String),
}

/// Somebody who administers.
#[derive(Clone, Debug)]
pub struct Administrator {
    kind: Kind,
    authority: Authority,
    stale: bool,
    weak: bool,
}

impl Administrator {
    /// The command line of the installation itself, which may do everything.
    pub fn command_line() -> Self {
        Self::new(Kind::CommandLine, Authority::all())
    }

    pub(super) fn new(kind: Kind, authority: Authority) -> Self {
        Self {
            kind,
            authority,
            stale: false,
            weak: false,
        }
    }

    /// In a browser whose sign-in is long ago: may look, and must prove who they are before they change anything.
    #[must_use]
    pub(super) fn stale(self, stale: bool) -> Self {
        Self { stale, ..self }
    }

    /// A person who has not shown the second factor that administrators must (SECURITY-CASES AD-09): may do nothing yet.
    #[must_use]
    pub(super) fn weak(self, weak: bool) -> Self {
        Self { weak, ..self }
    }

    /// Who it is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What they may.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Whether changes wait for a fresh sign-in.
    pub fn must_prove_again(&self) -> bool {
        self.stale
    }

    /// Whether everything waits for a second factor.
    pub fn must_show_second_factor(&self) -> bool {
        self.weak
    }

    /// Whether they may.
    ///
    /// # Errors
    /// [`super::Code::InsufficientPermission`], [`super::Code::SecondFactorRequired`], [`super::Code::FreshSignInRequired`].
    pub fn admit(&self, permission: Permission) -> Result<(), Refused> {
        match () {
            () if !self.authority.may(permission) => Err(Refused::permission(permission)),
            () if self.weak => Err(Refused::second_factor()),
            () if self.stale && permission.verb != Verb::Read => Err(Refused::stale_session()),
            () => Ok(()),
        }
    }

    /// As the audit trail names them.
    pub fn actor(&self) -> String {
        match &self.kind {
            Kind::CommandLine => "cli".to_owned(),
            Kind::ApiKey(id) => format!("api_key:{id}"),
            Kind::Person(id) => id.to_string(),
            Kind::Client(id) => id.clone(),
        }
    }

    /// Whether they may give a right to somebody: nobody gives what they do not hold (SECURITY-CASES AD-05).
    ///
    /// # Errors
    /// [`super::Code::ExceedsAuthority`].
    pub fn may_give(&self, given: &Authority) -> Result<(), Refused> {
        match self.authority.covers(given) {
            true => Ok(()),
            false => Err(Refused::exceeds()),
        }
    }
}
