//! A person on the way to a session, an account or a new password: a row bound to the browser that began it. What has been
//! proved and entered so far is stored; what comes next is decided anew from it at every step (`identity::journey`).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// Where a journey leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyKind {
    /// To a session. Also a second proof of somebody who is signed in.
    SignIn,
    /// To an account and a session.
    SignUp,
    /// To a new password; ends without a session.
    Recover,
    /// To another factor of somebody who is signed in.
    Enrol,
}

impl JourneyKind {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Recover => "recover",
            Self::Enrol => "enrol",
        }
    }

    /// Reads a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::SignIn, Self::SignUp, Self::Recover, Self::Enrol]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// One factor that was proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Which factor, by the name that it is registered under.
    pub factor: String,
    /// The methods of RFC 8176 that it stands for.
    pub amr: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// What somebody entered who wants an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Applicant {
    /// The address, as typed.
    pub email: String,
    /// Whether mail to it has been shown to arrive: by a code, or by the invitation that was mailed there.
    pub email_proved: bool,
    /// The name; may be empty.
    pub name: String,
    /// The name to sign in by; may be empty.
    pub username: String,
    /// The phone number; may be empty.
    pub phone: String,
    /// The hash of the password; empty for an account without one.
    pub phc: String,
    /// The version of the terms that was accepted; empty where there are none.
    pub terms_version: String,
    /// The language of the page, for mail.
    pub locale: String,
    /// The invitation that is being accepted.
    pub invitation: Option<Uuid>,
    /// The role and the plan that the invitation gives; empty without one.
    pub role: String,
    /// See `role`.
    pub plan: String,
}

/// A second factor that is being set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Which factor.
    pub factor: String,
    /// What its file keeps until the person has confirmed it, sealed under the master key, in base64.
    pub sealed: String,
}

/// Everything that is known of a journey. `Default` is one that has just begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JourneyFacts {
    /// The authorization request that waits for it.
    pub interaction: Option<Uuid>,
    /// One of our own pages, where it leads when no application waits.
    pub return_to: Option<String>,
    /// The assurance that the page wants, as values of `acr`: any of these.
    pub wanted_acr: Vec<String>,
    /// Whether nothing less will do there.
    pub essential: bool,
    /// Who the person says they are, as typed.
    pub identifier: String,
    /// Only this person may come out of it.
    pub expected: Option<Uuid>,
    /// Whose account it is. Set by a proof, never by what somebody types.
    pub user_id: Option<Uuid>,
    /// What has been proved.
    pub proofs: Vec<Proof>,
    /// The factor whose page is shown.
    pub method: Option<String>,
    /// What was given out for it and waits for its answer.
    pub challenge: Option<Uuid>,
    /// Whether the browser keeps the session when it is closed.
    pub remember: bool,
    /// Whether this browser may leave the second factor out next time.
    pub trust: bool,
    /// A factor, by its registered name, that the person asked for when applying: set up before anything else.
    pub to_set_up: Option<String>,
    /// A factor that is being set up.
    pub enrolment: Option<Enrolment>,
    /// Recovery codes that the person has not said to have kept yet, sealed, in base64.
    pub recovery_codes: Option<String>,
    /// What somebody entered who wants an account.
    pub applicant: Option<Applicant>,
}

/// A journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Names it in links and forms; worth nothing without the browser's cookie.
    pub id: Uuid,
    /// Where it leads.
    pub kind: JourneyKind,
    /// What is known.
    pub facts: JourneyFacts,
    /// Counts changes, so that of two that were made of one state one is refused. Zero: not stored yet.
    pub revision: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is given up.
    pub expires_at: Timestamp,
}
