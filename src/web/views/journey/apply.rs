//! A new account; and the gaps of an old one, which are filled in the same fields.

use askama::Template;

use super::{Method, Way};
use crate::web::views::problem::{PhoneProblem, UsernameProblem};
use crate::web::views::{FormProblem, IdentifierProblem, NameProblem, Page, PasswordProblem, paths};

/// GET and POST [`paths::SIGN_UP`], and of an invitation.
///
/// Posts `csrf`, `journey`, `flow`, `name`, `username`, `phone`, `identifier`, `password` and `terms=<version>`: those that
/// are asked for. `method=<name>` makes the account without a password. An invitation adds `invitation`, and has no
/// `identifier`.
#[derive(Debug, Template)]
#[template(path = "journey/apply.html")]
pub struct Apply<'a> {
    /// Frame and CSRF token; its client is the app the account is made for.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// Whom the account is for, where that is settled.
    pub invited: Option<InvitedTo<'a>>,
    /// What was typed as an e-mail address, or the `login_hint`.
    pub identifier: &'a str,
    /// Whether there is a name, and what was typed.
    pub name: Asked<'a>,
    /// Whether there is a user name, and what was typed.
    pub username: Asked<'a>,
    /// Whether there is a phone number, and what was typed.
    pub phone: Asked<'a>,
    /// The policy's least password length; `None` where accounts have no password.
    pub password: Option<u64>,
    /// Ways to make the account without a password.
    pub others: &'a [Method],
    /// The terms that must be accepted.
    pub terms: Option<Terms<'a>>,
    /// What went wrong with the last try.
    pub problems: ApplyProblems,
}

/// An invitation. Who invited, and to what role or plan, is not told: whoever reads the mail need not be whom it was meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitedTo<'a> {
    /// The address that it was mailed to, and the only one that it is for.
    pub email: &'a str,
    /// Its secret, as `invitation`.
    pub token: &'a str,
}

/// Whether something is asked for, and what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// It is not.
    No,
    /// It may be left empty.
    Optional(&'a str),
    /// It may not.
    Required(&'a str),
}

/// Terms, in one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The version: the value of `terms`.
    pub version: &'a str,
    /// Where they stand.
    pub terms_uri: Option<&'a str>,
    /// Where the privacy policy stands.
    pub privacy_uri: Option<&'a str>,
    /// Whether the box was ticked.
    pub accepted: bool,
}

/// Everything wrong with the form, so that it is said at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ApplyProblems {
    /// The form as a whole.
    pub form: Option<FormProblem>,
    /// The `name` field.
    pub name: Option<NameProblem>,
    /// The `identifier` field.
    pub identifier: Option<IdentifierProblem>,
    /// The `username` field.
    pub username: Option<UsernameProblem>,
    /// The `phone` field.
    pub phone: Option<PhoneProblem>,
    /// The `password` field.
    pub password: Option<PasswordProblem>,
    /// The terms are not accepted.
    pub terms: bool,
}

/// The field that gets the focus, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Identifier,
    Username,
    Phone,
    Password,
    Terms,
}

impl<'a> Asked<'a> {
    /// What was typed, and whether something must be; `None` where nothing is asked.
    fn field(&self) -> Option<(&'a str, bool)> {
        match self {
            Self::No => None,
            Self::Optional(typed) => Some((typed, false)),
            Self::Required(typed) => Some((typed, true)),
        }
    }
}

impl ApplyProblems {
    /// The first field with a problem, in the order of the page.
    fn first(&self) -> Option<Field> {
        [
            (self.name.is_some(), Field::Name),
            (self.identifier.is_some(), Field::Identifier),
            (self.username.is_some(), Field::Username),
            (self.phone.is_some(), Field::Phone),
            (self.password.is_some(), Field::Password),
            (self.terms, Field::Terms),
        ]
        .into_iter()
        .find(|(wrong, _)| *wrong)
        .map(|(_, field)| field)
    }
}

impl Apply<'_> {
    /// The first field with a problem, else the first of all.
    fn focus(&self) -> Field {
        let first = match (self.name.field(), self.invited) {
            (Some(_), _) => Field::Name,
            (None, None) => Field::Identifier,
            (None, Some(_)) if self.username.field().is_some() => Field::Username,
            (None, Some(_)) => Field::Password,
        };
        self.problems.first().unwrap_or(first)
    }

    fn title(&self) -> &'static str {
        self.page.t.get(match self.invited {
            Some(_) => "apply.invited_title",
            None => "sign_up.title",
        })
    }
}
