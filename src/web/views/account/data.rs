//! Taking one's data along, and leaving.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Frame, Section};
use crate::web::views::{Page, Shell, paths};

/// GET [`paths::ACCOUNT_DATA`]. Its forms post to [`paths::ACCOUNT_DATA_DOWNLOAD`] and [`paths::ACCOUNT_DELETE`] (`confirm`).
#[derive(Debug, Template)]
#[template(path = "account/data.html")]
pub struct AccountData<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// The primary address, to be typed.
    pub email: &'a str,
    /// Days for which the account can still be kept.
    pub grace_days: u64,
    /// Why it was not deleted.
    pub problem: Option<DeleteProblem>,
}

/// Why an account is not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteProblem {
    /// Something else than the address was typed.
    OtherAddress,
    /// Somebody must be able to administer.
    LastAdministrator,
}

impl DeleteProblem {
    fn key(self) -> &'static str {
        match self {
            Self::OtherAddress => "account_data.other_address",
            Self::LastAdministrator => "account_data.last_administrator",
        }
    }
}

/// After [`paths::ACCOUNT_DELETE`]: signed out, and until when the account can be kept.
#[derive(Debug, Template)]
#[template(path = "account/leaving.html")]
pub struct Leaving<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// When the account goes.
    pub at: DateTime<Utc>,
}
