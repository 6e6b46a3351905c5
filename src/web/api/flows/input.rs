//! What a page gives.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::flow::NewAccount;
use crate::flow::factors::Answer;
use crate::flow::journey::{Action, Application, Submission, Way};
use crate::model::secret::Secret;
use crate::settings::Settings;

/// Where a flow leads.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FlowKind)]
pub enum Kind {
    /// To a session.
    SignIn,
    /// To an account and a session.
    SignUp,
    /// To a new password; it signs nobody in.
    Recover,
    /// To another factor of whoever is signed in, within ten minutes of the sign-in.
    Enrol,
}

/// A flow to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFlow)]
pub struct Begin {
    /// Where it leads.
    pub kind: Kind,
    /// The authorization request that waits: the `interaction` of your page's address. Without one the person signs in to
    /// Passgate alone.
    #[serde(default)]
    pub interaction: Option<Uuid>,
    /// Where the browser goes in the end when no authorization request waits: an address at one of `headless.origins`.
    #[serde(default)]
    pub return_to: Option<String>,
    /// Whoever is signed in proves once more who they are. For `sign_in`.
    #[serde(default)]
    pub again: bool,
    /// Somebody else signs in beside whoever is: the `other` of your page's address. For `sign_in`.
    #[serde(default)]
    pub other: bool,
    /// The token of an invitation's link, for `sign_up`; it is given once more with the form.
    #[serde(default)]
    pub invitation: Option<String>,
}

/// What a page does at a step.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FlowAction)]
pub enum What {
    /// Gives what the step asks for.
    #[default]
    Submit,
    /// Chooses `method`, one of the flow's `methods`; what it needs is sent or made. With `identifier` where nobody is named.
    Choose,
    /// Asks for another code.
    Again,
    /// Names somebody else; leaves a passkey for another day that was only wished for.
    StartOver,
}

/// What a page gives: the members that the flow's `fields` name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FlowAnswer)]
pub struct Given {
    /// What it does; `submit` where it is not said.
    #[serde(default)]
    pub action: What,
    /// The way that is chosen, or that the answer is of. In a sign-up, `email` and `passkey` make an
    /// account without a password.
    pub method: Option<String>,
    /// The e-mail address or user name.
    pub identifier: Option<String>,
    /// The password.
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<Secret>,
    /// A code, with or without its spaces.
    #[schema(value_type = Option<String>)]
    pub code: Option<Secret>,
    /// What the browser's WebAuthn interface gave: `PublicKeyCredential.toJSON()` (Web Authentication Level 3 section 5.1),
    /// as an object or as text.
    pub credential: Option<Value>,
    /// The name of a person, or of what is being set up.
    pub name: Option<String>,
    /// The user name of a new account.
    pub username: Option<String>,
    /// A phone number with its country code.
    pub phone: Option<String>,
    /// Whether the browser stays signed in when it is closed.
    #[serde(default)]
    pub remember: bool,
    /// Whether this browser may leave the second factor out for a while.
    #[serde(default)]
    pub trust: bool,
    /// The version of the terms that the person accepts.
    pub terms: Option<String>,
    /// Whether an account stays that was to be deleted.
    pub keep: Option<bool>,
    /// The token of the invitation.
    pub invitation: Option<String>,
    /// The answer to the flow's `proof_of_work`.
    pub proof_of_work: Option<String>,
}

fn secret(given: Option<Secret>) -> Secret {
    given.unwrap_or_else(|| Secret::new(String::new()))
}

impl Given {
    /// What it asks for.
    pub fn action(self) -> Action {
        match self.action {
            What::StartOver => Action::StartOver,
            What::Again => Action::Again,
            What::Choose => Action::Method {
                name: self.method.unwrap_or_default(),
                identifier: self.identifier.unwrap_or_default(),
            },
            What::Submit => Action::Submit(Submission {
                identifier: self.identifier.unwrap_or_default(),
                method: self.method,
                answer: Answer {
                    password: secret(self.password),
                    code: secret(self.code),
                    credential: match self.credential {
                        None | Some(Value::Null) => String::new(),
                        Some(Value::String(text)) => text,
                        Some(object) => object.to_string(),
                    },
                    name: self.name.unwrap_or_default(),
                    phone: self.phone.unwrap_or_default(),
                },
                remember: self.remember,
                trust: self.trust,
                terms: self.terms.unwrap_or_default(),
                keep: self.keep,
            }),
        }
    }

    /// What it says of a new account.
    pub fn application(self, settings: &Settings) -> Application {
        Application {
            way: Way::named(settings, self.method.as_deref().unwrap_or_default()),
            account: NewAccount {
                name: self.name.unwrap_or_default(),
                username: self.username.unwrap_or_default(),
                phone: self.phone.unwrap_or_default(),
                identifier: self.identifier.unwrap_or_default(),
                password: secret(self.password),
            },
            terms: self.terms.unwrap_or_default(),
            invitation: self.invitation.filter(|token| !token.is_empty()).map(Secret::new),
        }
    }
}
