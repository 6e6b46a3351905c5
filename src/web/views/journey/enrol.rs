//! Setting up a second factor on the way to a session, because it is required here.

use askama::Template;

use super::{CodeKind, CodeProblem, Method, PasskeyOptions, PasskeyProblem, Way};
use crate::web::views::{FormProblem, Page};

/// Which one? Posts `csrf`, `journey`, `flow` and `method=<name>`: one submit button for each.
#[derive(Debug, Template)]
#[template(path = "journey/enrol_choice.html")]
pub struct EnrolChoice<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// What can be set up, the one to recommend first.
    pub methods: &'a [Method],
    /// Whether it is the app that asks for it, and not the policy of this place.
    pub for_client: bool,
    /// Something the form was refused for.
    pub problem: Option<FormProblem>,
}

/// An authenticator app. Posts `csrf`, `journey`, `flow` and `code`; `method=<name>` chooses another one.
#[derive(Debug, Template)]
#[template(path = "journey/enrol_totp.html")]
pub struct EnrolTotp<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// The key in base32, without spaces.
    pub key: &'a str,
    /// The QR code: an SVG element that we drew ourselves. It is not escaped.
    pub qr: &'a str,
    /// The other ones that can be set up.
    pub others: &'a [Method],
    /// What went wrong with the last try.
    pub problem: Option<CodeProblem>,
}

/// A passkey. Posts `csrf`, `journey`, `flow`, `name` and `credential`; `method=<name>` chooses another one.
#[derive(Debug, Template)]
#[template(path = "journey/enrol_passkey.html")]
pub struct EnrolPasskey<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// What the browser is asked to make.
    pub options: PasskeyOptions<'a>,
    /// Whether it can be left for another day.
    pub skip: bool,
    /// What was typed as its name.
    pub name: &'a str,
    /// The other ones that can be set up.
    pub others: &'a [Method],
    /// What went wrong with the last try.
    pub problem: Option<PasskeyProblem>,
}

/// The phone number to which codes are sent; the code itself is asked for by [`super::CodeStep`]. Posts `csrf`, `journey`,
/// `flow` and `phone`; `method=<name>` chooses another one.
#[derive(Debug, Template)]
#[template(path = "journey/enrol_phone.html")]
pub struct EnrolPhone<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// What was typed.
    pub phone: &'a str,
    /// The other ones that can be set up.
    pub others: &'a [Method],
    /// Whether it is no number.
    pub invalid: bool,
    /// Why no code was sent.
    pub problem: Option<CodeProblem>,
}

impl EnrolPhone<'_> {
    fn banner(&self) -> Option<String> {
        self.problem?.banner(CodeKind::Sms, self.page.t)
    }
}

impl EnrolTotp<'_> {
    /// The key as people read it: groups of four.
    fn groups(&self) -> Vec<String> {
        let characters: Vec<char> = self.key.chars().collect();
        characters.chunks(4).map(|group| group.iter().collect()).collect()
    }

    fn field_error(&self) -> Option<String> {
        self.problem?.at_field(CodeKind::Totp, self.page.t)
    }

    fn banner(&self) -> Option<String> {
        self.problem?.banner(CodeKind::Totp, self.page.t)
    }
}

impl EnrolPasskey<'_> {
    fn banner(&self) -> Option<String> {
        self.problem.map(|problem| match problem {
            PasskeyProblem::Wrong => self.page.t.get("enrol.passkey_wrong").to_owned(),
            other => other.text(self.page.t),
        })
    }
}
