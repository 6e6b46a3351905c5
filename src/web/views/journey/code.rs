//! A code: from a mail, a text message, an authenticator app, or one that was kept for the day when all else is lost.

use askama::Template;

use super::{Method, Way, Why};
use crate::web::i18n::Translator;
use crate::web::views::{FormProblem, Page, paths};

/// The step that asks for a code.
///
/// Posts `csrf`, `journey`, `flow`, `code`, `trust=yes` and `remember=yes`. `again=yes` asks for a new code, `method=<name>`
/// for another way.
#[derive(Debug, Template)]
#[template(path = "journey/code.html")]
pub struct CodeStep<'a> {
    /// Frame and CSRF token; its client is the app that is being signed in to.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// Why it is asked for.
    pub why: Why,
    /// Where the code comes from.
    pub kind: CodeKind,
    /// Where it was sent: masked, unless the person typed it.
    pub sent_to: Option<&'a str>,
    /// Days for which this browser may leave the second factor out; `None` where that is not offered.
    pub trust_days: Option<u64>,
    /// Whether people may say that they stay signed in, where the code is all there is; the value is whether it is ticked.
    pub remember: Option<bool>,
    /// The other ways that are offered.
    pub others: &'a [Method],
    /// Whether the page leads to what can be done without any second factor.
    pub lost: bool,
    /// Something that was just done.
    pub notice: Option<CodeNotice>,
    /// What went wrong with the last try.
    pub problem: Option<CodeProblem>,
}

/// Where a code comes from, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// By mail, to sign in or to set a new password: the page is the same whether there is such an account.
    MailIfKnown,
    /// By mail, to show that mail arrives at the address of a new account.
    MailSignUp,
    /// By mail, to somebody who is known: as a second factor, or to show that mail arrives.
    Mail,
    /// By text message.
    Sms,
    /// From an authenticator app.
    Totp,
    /// One of those that were kept.
    RecoveryCode,
}

/// Something that was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeNotice {
    /// A new code is on its way; older ones are worth nothing.
    SentAgain,
}

/// Why a code was refused, or none was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeProblem {
    /// Nothing was typed.
    Missing,
    /// It is another one.
    Wrong,
    /// It is too old, or a newer one was sent.
    Expired,
    /// It was tried too often: a new one is needed.
    TooMany,
    /// Too many codes were sent.
    SentTooOften {
        /// Seconds until the next one can be sent.
        retry_after: u64,
    },
    /// Too many failures.
    Wait {
        /// Seconds until the next try is taken.
        retry_after: u64,
    },
    /// The form as a whole.
    Form(FormProblem),
}

impl CodeKind {
    /// Whether it was sent, so that another one can be.
    pub(super) fn is_sent(self) -> bool {
        !matches!(self, Self::Totp | Self::RecoveryCode)
    }

    fn title(self) -> &'static str {
        match self {
            Self::MailIfKnown | Self::MailSignUp | Self::Mail => "code.title_mail",
            Self::Sms => "code.title_sms",
            Self::Totp => "code.title_totp",
            Self::RecoveryCode => "code.title_recovery",
        }
    }

    /// The sentence with the recipient, and the one without.
    fn context(self) -> (&'static str, &'static str) {
        match self {
            Self::MailIfKnown => ("code.mail_if_known_to", "code.mail_if_known"),
            Self::MailSignUp | Self::Mail => ("code.mail_to", "code.mail"),
            Self::Sms => ("code.sms_to", "code.sms"),
            Self::Totp => ("code.totp", "code.totp"),
            Self::RecoveryCode => ("code.recovery", "code.recovery"),
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::MailIfKnown | Self::MailSignUp | Self::Mail => "mail",
            Self::Sms => "message",
            Self::Totp => "phone",
            Self::RecoveryCode => "lifebuoy",
        }
    }
}

impl CodeProblem {
    /// The one sentence, for programs that have their own places for it.
    pub fn text(self, kind: CodeKind, t: Translator) -> String {
        let said = self.at_field(kind, t).or_else(|| self.banner(kind, t));
        said.unwrap_or_else(|| t.get("code.expired").to_owned())
    }

    /// The sentence under the field, for what is wrong with the code itself.
    pub(super) fn at_field(self, kind: CodeKind, t: Translator) -> Option<String> {
        let key = match self {
            Self::Missing if kind == CodeKind::RecoveryCode => "code.missing_recovery",
            Self::Missing => "code.missing",
            Self::Wrong if kind == CodeKind::RecoveryCode => "code.wrong_recovery",
            Self::Wrong if kind == CodeKind::Totp => "code.wrong_totp",
            Self::Wrong => "code.wrong",
            Self::Expired if kind.is_sent() => "code.expired",
            Self::Expired => "code.expired_totp",
            Self::TooMany if kind.is_sent() => "code.too_many",
            Self::TooMany | Self::SentTooOften { .. } | Self::Wait { .. } | Self::Form(_) => return None,
        };
        Some(t.get(key).to_owned())
    }

    /// The sentence above the fields, for everything else.
    pub(super) fn banner(self, kind: CodeKind, t: Translator) -> Option<String> {
        match self {
            Self::TooMany if !kind.is_sent() => Some(t.get("code.too_many_start_over").to_owned()),
            Self::SentTooOften { retry_after } => Some(
                t.say("code.sent_too_often")
                    .with("wait", t.wait(retry_after))
                    .to_string(),
            ),
            Self::Wait { retry_after } => Some(t.say("code.wait").with("wait", t.wait(retry_after)).to_string()),
            Self::Form(problem) => Some(problem.text(t)),
            _ => None,
        }
    }
}

impl CodeStep<'_> {
    fn title(&self) -> &'static str {
        let t = self.page.t;
        self.why.title(t).unwrap_or(t.get(self.kind.title()))
    }

    /// What to do, as HTML: the recipient stands out.
    fn context(&self) -> crate::web::i18n::Rich {
        let (with, without) = self.kind.context();
        match self.sent_to {
            Some(recipient) => self.page.t.say(with).with("recipient", recipient).rich(),
            None => self.page.t.say(without).rich(),
        }
    }

    fn field_error(&self) -> Option<String> {
        self.problem?.at_field(self.kind, self.page.t)
    }

    fn banner(&self) -> Option<String> {
        self.problem?.banner(self.kind, self.page.t)
    }

    fn notice_text(&self) -> Option<&'static str> {
        match self.notice? {
            CodeNotice::SentAgain => Some(self.page.t.get("code.sent_again")),
        }
    }

    fn is_recovery(&self) -> bool {
        self.kind == CodeKind::RecoveryCode
    }

    /// Whether the mail holds a link that does the same.
    fn has_link(&self) -> bool {
        matches!(self.kind, CodeKind::MailIfKnown | CodeKind::MailSignUp)
    }

    /// Where an address that was mistyped can be typed anew.
    fn back(&self) -> Option<String> {
        match (self.kind, self.why) {
            (CodeKind::MailSignUp, _) => Some(self.way.anew(paths::SIGN_UP)),
            (CodeKind::MailIfKnown, Why::Recover) => Some(self.way.anew(paths::FORGOT_PASSWORD)),
            (CodeKind::MailIfKnown, Why::SignIn) => Some(self.way.other()),
            _ => None,
        }
    }
}
