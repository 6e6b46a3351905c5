//! Why an operation was refused, in words: at the field that is wrong, or above the page.

use crate::flow::admin::{Code, Refused, Wrong};
use crate::web::i18n::Translator;

/// A refusal, as a page shows it; nothing at first.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    code: Option<Code>,
    wrong: Vec<Wrong>,
    said: Option<&'static str>,
    theirs: Vec<(&'static str, String)>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldWrong {
    /// In a sentence.
    pub text: &'static str,
    /// What whoever refused it said of it, in English.
    pub detail: Option<String>,
}

impl Refusal {
    /// Of an operation. Faults are no refusals: they have a page of their own.
    pub fn of(refused: &Refused) -> Self {
        match refused {
            Refused::Problem { code, wrong, .. } => Self {
                code: Some(*code),
                wrong: wrong.clone(),
                ..Self::default()
            },
            Refused::Fault(_) => Self::default(),
        }
    }

    /// Of a field that cannot even be read.
    pub fn at(member: &str, detail: &str) -> Self {
        Self::of(&Refused::value(member, detail))
    }

    /// Of a field, in words of our own: a key.
    pub fn saying(member: &str, key: &'static str) -> Self {
        Self {
            said: Some(key),
            ..Self::at(member, "")
        }
    }

    /// Whether somebody else changed it meanwhile.
    pub fn is_stale(&self) -> bool {
        self.code == Some(Code::RevisionMismatch)
    }

    /// Says how it stands now, where somebody else changed it meanwhile: label as a key, what was typed, what stands there.
    #[must_use]
    pub fn beside(mut self, fields: impl IntoIterator<Item = (&'static str, String, String)>) -> Self {
        if self.is_stale() {
            let other = fields
                .into_iter()
                .filter(|(_, typed, now)| same_lines(typed) != same_lines(now));
            self.theirs = other.map(|(label, _, now)| (label, now)).collect();
        }
        self
    }

    /// What somebody else wrote meanwhile: label as a key, text.
    pub fn theirs(&self) -> &[(&'static str, String)] {
        &self.theirs
    }

    /// Whether whoever administers proves first who they are.
    pub fn asks_again(&self) -> bool {
        self.code == Some(Code::FreshSignInRequired)
    }

    /// Whether the field of a member is wrong.
    pub fn is_at(&self, member: &str) -> bool {
        self.wrong.iter().any(|wrong| names(wrong, member))
    }

    /// Whether a field is the first that is wrong, so that the page begins there.
    pub fn is_first(&self, member: &str) -> bool {
        self.wrong.first().is_some_and(|wrong| names(wrong, member))
    }

    /// What is wrong with the field of a member.
    pub fn field(&self, member: &str, t: Translator) -> Option<FieldWrong> {
        let wrong = self.wrong.iter().find(|wrong| names(wrong, member))?;
        let whole = |key| (key, None);
        let (key, detail) = match (self.said, top(&wrong.pointer)) {
            (Some(key), _) => whole(key),
            (None, "email") => whole("admin.wrong_email"),
            (None, "username") => whole("admin.wrong_username"),
            (None, "password") => whole("admin.wrong_password"),
            (None, "role") => whole("admin.wrong_role"),
            (None, "plan") => whole("admin.wrong_plan"),
            (None, "typed") => whole("admin.wrong_typed"),
            (None, "expires_in_days") => whole("admin.wrong_days"),
            (None, "claims") => ("admin.wrong_claims", Some(wrong.detail.clone())),
            (None, "public" | "private" | "unsafe") => ("admin.wrong_json", Some(wrong.detail.clone())),
            _ => ("admin.wrong_value", Some(wrong.detail.clone())),
        };
        let text = t.get(key);
        Some(FieldWrong { text, detail })
    }

    /// What stands above the page; nothing where there is no refusal.
    pub fn banner(&self, t: Translator) -> Option<&'static str> {
        let key = match self.code? {
            Code::InvalidValue => "admin.refused_value",
            Code::InsufficientPermission => "admin.refused_permission",
            Code::ExceedsAuthority => "admin.refused_authority",
            Code::NotFound => "admin.refused_gone",
            Code::AlreadyExists => "admin.refused_exists",
            Code::InUse => "admin.refused_in_use",
            Code::BuiltIn => "admin.refused_built_in",
            Code::LastAdministrator => "admin.refused_last",
            Code::RevisionMismatch => "admin.refused_revision",
            Code::LimitReached => "admin.refused_limit",
            Code::RateLimited => "admin.refused_rate",
            Code::FreshSignInRequired => "admin.again_typed",
            Code::Unauthenticated => "admin.refused_form",
            _ => "admin.refused_other",
        };
        Some(t.get(key))
    }

    /// The status of the page that shows it.
    pub fn status(&self) -> u16 {
        match self.code {
            None => 200,
            Some(Code::NotFound) => 404,
            Some(
                Code::InsufficientPermission
                | Code::ExceedsAuthority
                | Code::FreshSignInRequired
                | Code::Unauthenticated,
            ) => 403,
            Some(Code::AlreadyExists | Code::InUse | Code::BuiltIn | Code::LastAdministrator) => 409,
            Some(Code::RevisionMismatch) => 412,
            Some(Code::RateLimited) => 429,
            Some(_) => 400,
        }
    }
}

/// Browsers end lines in their own way.
fn same_lines(text: &str) -> Vec<&str> {
    text.trim().lines().map(str::trim_end).collect()
}

fn top(pointer: &str) -> &str {
    pointer.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn names(wrong: &Wrong, member: &str) -> bool {
    top(&wrong.pointer) == member
}
