//! Why an operation was refused, in words: at the field that is wrong, or above the page.

use crate::flow::admin::{Code, Refused, Wrong};
use crate::web::i18n::Translator;

/// A refusal, as a page shows it; nothing at first.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    code: Option<Code>,
    wrong: Vec<Wrong>,
}

impl Refusal {
    /// Of an operation. Faults are no refusals: they have a page of their own.
    pub fn of(refused: &Refused) -> Self {
        match refused {
            Refused::Problem { code, wrong, .. } => Self {
                code: Some(*code),
                wrong: wrong.clone(),
            },
            Refused::Fault(_) => Self::default(),
        }
    }

    /// Of a field that cannot even be read.
    pub fn at(member: &str, detail: &str) -> Self {
        Self::of(&Refused::value(member, detail))
    }

    /// Whether somebody else changed it meanwhile.
    pub fn is_stale(&self) -> bool {
        self.code == Some(Code::RevisionMismatch)
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
    pub fn field(&self, member: &str, t: Translator) -> Option<String> {
        let wrong = self.wrong.iter().find(|wrong| names(wrong, member))?;
        let key = match top(&wrong.pointer) {
            "email" => "admin.wrong_email",
            "username" => "admin.wrong_username",
            "password" => "admin.wrong_password",
            "role" => "admin.wrong_role",
            "plan" => "admin.wrong_plan",
            "claims" => "admin.wrong_claims",
            "public" | "private" | "unsafe" => "admin.wrong_json",
            "typed" => "admin.wrong_typed",
            "expires_in_days" => "admin.wrong_days",
            _ => "admin.wrong_value",
        };
        Some(t.say(key).with("detail", &wrong.detail).to_string())
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
            Code::FreshSignInRequired => "admin.again_text",
            _ => "admin.refused_other",
        };
        Some(t.get(key))
    }

    /// The status of the page that shows it.
    pub fn status(&self) -> u16 {
        match self.code {
            None => 200,
            Some(Code::NotFound) => 404,
            Some(Code::InsufficientPermission | Code::ExceedsAuthority) => 403,
            Some(Code::AlreadyExists | Code::InUse | Code::BuiltIn | Code::LastAdministrator) => 409,
            Some(Code::RevisionMismatch) => 412,
            Some(Code::RateLimited) => 429,
            Some(_) => 400,
        }
    }
}

fn top(pointer: &str) -> &str {
    pointer.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn names(wrong: &Wrong, member: &str) -> bool {
    top(&wrong.pointer) == member
}
