//! Why there is no new account.

use askama::Template;

use super::Way;
use crate::web::views::{Shell, paths};

/// Instead of the sign-up page, or in answer to it.
#[derive(Debug, Template)]
#[template(path = "journey/no_sign_up.html")]
pub struct NoSignUp<'a> {
    /// Frame; its client is the app that is being signed in to.
    pub page: Shell<'a>,
    /// For the links.
    pub way: Way<'a>,
    /// Why.
    pub reason: NoSignUpReason,
}

/// Why somebody cannot sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSignUpReason {
    /// Nobody can.
    Closed,
    /// Only who is invited.
    InvitationOnly,
    /// Nobody with such an address.
    AddressNotAdmitted,
    /// The invitation was used, taken back, or is too old.
    InvitationGone,
}

impl NoSignUpReason {
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Closed => ("no_sign_up.closed", "no_sign_up.closed_text"),
            Self::InvitationOnly => ("no_sign_up.invitation_only", "no_sign_up.invitation_only_text"),
            Self::AddressNotAdmitted => ("no_sign_up.address", "no_sign_up.address_text"),
            Self::InvitationGone => ("no_sign_up.invitation_gone", "no_sign_up.invitation_gone_text"),
        }
    }
}

impl NoSignUp<'_> {
    fn title(&self) -> &'static str {
        self.page.t.get(self.reason.keys().0)
    }

    fn text(&self) -> &'static str {
        self.page.t.get(self.reason.keys().1)
    }
}
