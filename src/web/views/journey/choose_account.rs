//! The accounts of this browser.

use askama::Template;

use super::Way;
use crate::web::views::Page;

/// Posts `csrf`, `journey`, `flow` and one of `account=<id>`, `other=yes` and `remove=<id>`.
#[derive(Debug, Template)]
#[template(path = "journey/choose_account.html")]
pub struct ChooseAccount<'a> {
    /// Frame and CSRF token; its client is the app that is being signed in to.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// The accounts, the one that was used last first.
    pub accounts: &'a [AccountChoice],
    /// Whether there is room for another one.
    pub room: bool,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChoice {
    /// Names it in the form; not the session's secret.
    pub id: String,
    /// The name; empty where there is none.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether its session still lives; otherwise it is asked for its password.
    pub signed_in: bool,
}

impl AccountChoice {
    /// What it is called first.
    fn called(&self) -> &str {
        match self.name.as_str() {
            "" => &self.email,
            name => name,
        }
    }

    /// What stands in its round mark.
    fn initial(&self) -> String {
        self.called()
            .chars()
            .find(|c| c.is_alphanumeric())
            .map(|c| c.to_uppercase().collect())
            .unwrap_or_default()
    }
}
