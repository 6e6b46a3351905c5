//! Making an account by oneself. The form is judged at once; the account is made when nothing is missing any more, in the
//! unit that goes on with the journey.

use std::sync::Arc;

use serde_json::json;

use super::act::Walk;
use super::situation::Situation;
use super::{Here, Outcome, Problem};
use crate::crypto::random;
use crate::flow::applicants::{self, AddressProblem, Demands, NewAccount, Problems, UsernameProblem};
use crate::flow::factors::{self, Answer, Check, Context, Factor, Spend};
use crate::flow::verify_email::VerificationLink;
use crate::flow::{Fault, admission, invitations, users};
use crate::identity::admission::Occasion;
use crate::identity::{assurance, claims, email};
use crate::model::account::Account;
use crate::model::journey::{Applicant, Journey, Proof};
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::settings::{Settings, VerifyEmail};
use crate::state::State;
use crate::store::accounts;

/// How somebody who wants an account wants to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With a password.
    Password,
    /// By mail.
    Mail,
    /// By a passkey that is set up once the account is there; by mail where the person leaves that for another day.
    Passkey,
}

impl Way {
    /// What a form asks for by the name of a method, as far as it is offered here.
    pub fn named(settings: &Settings, method: &str) -> Self {
        let offers = |name: &str| settings.sign_in.offers(name);
        match method {
            "passkey" if offers("passkey") => Self::Passkey,
            "email" => Self::Mail,
            _ if offers("password") => Self::Password,
            _ => Self::Mail,
        }
    }
}

/// What a person enters.
#[derive(Clone, Debug)]
pub struct Application {
    /// The form.
    pub account: NewAccount,
    /// The version of the terms that was accepted; empty where the box was not ticked.
    pub terms: String,
    /// How the person wants to sign in.
    pub way: Way,
    /// The secret of an invitation's link.
    pub invitation: Option<Secret>,
}

/// Whether anybody may sign up by themselves.
pub fn is_open(state: &State) -> bool {
    admission::may_come(state, Occasion::SignUp).is_ok()
}

/// What the form of a new account must hold.
fn demands(state: &State, without_password: bool) -> Demands {
    let accounts = &state.settings.accounts;
    Demands {
        name: accounts.name,
        username: accounts.username,
        phone: accounts.phone,
        no_password: without_password && state.settings.sign_in.offers(factors::Email.name()),
    }
}

/// Takes the form. [`Problem::Application`] says everything that is wrong with it.
pub async fn apply(
    state: &State,
    here: &Here,
    mut journey: Journey,
    mut application: Application,
) -> Result<Outcome, Fault> {
    let invitation = match &application.invitation {
        Some(token) => invitations::look(state, token).await?,
        None => None,
    };
    let occasion = match &invitation {
        Some(_) => Occasion::Invitation,
        None => Occasion::SignUp,
    };
    let refused = application.invitation.is_some() && invitation.is_none();
    if refused || admission::may_come(state, occasion).is_err() {
        return Ok(Outcome::Gone);
    }
    // The address is the invitation's: a link that was handed on makes no other account.
    if let Some(invitation) = &invitation {
        invitation.email.clone_into(&mut application.account.identifier);
    }
    let accounts = &state.settings.accounts;
    let judged = applicants::judge(
        state,
        &application.account,
        demands(state, application.way != Way::Password),
    )
    .await?;
    let terms_missing = !accounts.terms_version.is_empty() && application.terms != accounts.terms_version;
    let judged = match judged {
        Ok(judged) if !terms_missing => judged,
        refused => {
            let problems = Problems {
                terms: terms_missing,
                ..refused.err().unwrap_or_default()
            };
            return again(state, here, journey, problems).await;
        }
    };
    if admission::judge(state, occasion, &judged.email).is_err() {
        let problems = Problems {
            address: Some(AddressProblem::NotAdmitted),
            ..Problems::default()
        };
        return again(state, here, journey, problems).await;
    }
    let phc = match judged.password {
        Some(normal) => state.passwords.hash(normal).await?,
        None => String::new(),
    };
    let text = |name: &str| {
        let value = judged.claims.get(name).and_then(|value| value.as_str());
        value.unwrap_or_default().to_owned()
    };
    journey.facts.applicant = Some(Applicant {
        email: judged.email.address().to_owned(),
        // The invitation was mailed there.
        email_proved: invitation.is_some(),
        name: text("name"),
        username: text("preferred_username"),
        phone: text("phone_number"),
        phc,
        terms_version: application.terms,
        locale: here.locale.clone(),
        invitation: invitation.as_ref().map(|invitation| invitation.id),
        role: invitation
            .as_ref()
            .map(|invitation| invitation.role.clone())
            .unwrap_or_default(),
        plan: invitation.map(|invitation| invitation.plan).unwrap_or_default(),
    });
    journey.facts.to_set_up = (application.way == Way::Passkey).then(|| factors::Passkey.name().to_owned());
    journey.facts.user_id = None;
    journey.facts.proofs.clear();
    journey.facts.challenge = None;
    journey.facts.method = None;
    let situation = Situation::of(state, here, &journey).await?;
    let step = situation.next(state, &journey);
    let walk = Walk {
        state,
        here,
        journey,
        situation,
        step,
    };
    walk.advance(None).await
}

async fn again(state: &State, here: &Here, mut journey: Journey, problems: Problems) -> Result<Outcome, Fault> {
    journey.facts.applicant = None;
    let situation = Situation::of(state, here, &journey).await?;
    let step = situation.next(state, &journey);
    let walk = Walk {
        state,
        here,
        journey,
        situation,
        step,
    };
    walk.stay(Some(Problem::Application(problems))).await
}

impl Walk<'_> {
    /// Mail to the applicant's address has been shown to arrive.
    pub(super) async fn mail_proved(mut self, spend: Spend) -> Result<Outcome, Fault> {
        let now = self.state.clock.now();
        if let Some(applicant) = self.journey.facts.applicant.as_mut() {
            applicant.email_proved = true;
            // Where there is no password, this is what the account is proved by.
            if applicant.phc.is_empty() {
                self.journey.facts.proofs.push(Proof {
                    factor: factors::Email.name().to_owned(),
                    amr: vec![assurance::AMR_MAIL.to_owned()],
                    at: now,
                });
            }
        }
        self.journey.facts.method = None;
        self.journey.facts.challenge = None;
        self.advance(Some(spend)).await
    }

    /// Judges the code that shows that mail arrives: the applicant's, or that of an account which must show it first.
    pub(super) async fn verify_mail(mut self, answer: &Answer) -> Result<Outcome, Fault> {
        let context = Context {
            state: self.state,
            journey: &self.journey,
            account: self.situation.account.as_ref(),
            visitor: &self.here.visitor,
            locale: &self.here.locale,
        };
        if self.journey.facts.applicant.is_some() && self.situation.account.is_none() {
            return match factors::judge_mail(context, answer).await? {
                Ok(id) => {
                    let spend = factors::spend_code(self.state, self.journey.kind, self.journey.id, id);
                    self.mail_proved(spend).await
                }
                Err(refusal) => self.stay(Some(Problem::Answer(refusal))).await,
            };
        }
        match factors::Email.check(context, answer).await? {
            Check::Wrong(refusal) => self.stay(Some(Problem::Answer(refusal))).await,
            Check::Right(proved) => {
                if Some(proved.account.user.id) != self.journey.facts.user_id {
                    return Ok(Outcome::Gone);
                }
                let verify = users::verified(self.state, &proved.account.user, &self.here.visitor.origin);
                if let Some(account) = self.situation.account.as_mut() {
                    account.user.email_verified = true;
                }
                self.journey.facts.method = None;
                self.journey.facts.challenge = None;
                self.advance(Some(factors::both(proved.spend, verify))).await
            }
        }
    }

    /// Makes the account, in the unit of what comes next. `spend` is what led here.
    pub(super) async fn create(mut self, spend: Option<Spend>) -> Result<Outcome, Fault> {
        let Some(applicant) = self.journey.facts.applicant.take() else {
            return Ok(Outcome::Gone);
        };
        let (state, here) = (self.state, self.here);
        let parsed = email::parse(&applicant.email).map_err(|error| Fault::Internal(error.to_string()))?;
        let accounts = &state.settings.accounts;
        let now = state.clock.now();
        let mut members = serde_json::Map::new();
        for (claim, value) in [
            ("name", &applicant.name),
            ("preferred_username", &applicant.username),
            ("phone_number", &applicant.phone),
        ] {
            if !value.is_empty() {
                members.insert(claim.to_owned(), json!(value));
            }
        }
        let user = User {
            id: random::uuid(),
            email: parsed.address().to_owned(),
            email_verified: applicant.email_proved,
            role: or_default(&applicant.role, &accounts.default_role),
            plan: or_default(&applicant.plan, &accounts.default_plan),
            claims: claims::validate(members).map_err(|error| Fault::Internal(error.to_string()))?,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        };
        let origin = here.visitor.origin.by(user.subject());
        let new = Arc::new(New {
            link: (!user.email_verified && accounts.verify_email == VerifyEmail::Later)
                .then(|| VerificationLink::new(state, &here.locale)),
            stored: users::Prepared {
                user: user.clone(),
                email: parsed,
                username_key: (!applicant.username.is_empty()).then(|| email::key_of(&applicant.username)),
                phc: (!applicant.phc.is_empty()).then(|| applicant.phc.clone()),
                terms_version: (!applicant.terms_version.is_empty()).then(|| applicant.terms_version.clone()),
            },
            invitation: applicant.invitation,
            origin,
        });
        let create: Spend = Arc::new({
            let new = Arc::clone(&new);
            move |tx| {
                let new = Arc::clone(&new);
                Box::pin(async move {
                    if let Some(id) = new.invitation {
                        let key = new.stored.email.key();
                        let used = invitations::accept_by_id(tx, id, key, new.stored.user.created_at).await?;
                        if used.is_none() {
                            return Ok(false);
                        }
                    }
                    users::store(tx, &new.stored, &new.origin).await?;
                    if let Some(link) = &new.link {
                        link.promise(tx, &new.stored.user).await?;
                    }
                    Ok(true)
                })
            }
        });
        self.journey.facts.user_id = Some(user.id);
        if !applicant.phc.is_empty() {
            self.journey.facts.proofs.push(Proof {
                factor: factors::Password.name().to_owned(),
                amr: vec![assurance::AMR_PASSWORD.to_owned()],
                at: now,
            });
        }
        self.situation.account = Some(Account {
            phc: new.stored.phc.clone(),
            password_change_required: false,
            terms_version: new.stored.terms_version.clone(),
            delete_at: None,
            totp_credentials: 0,
            passkeys: 0,
            text_number: None,
            recovery_codes: 0,
            user,
        });
        let spend = match spend {
            Some(spend) => factors::both(spend, create),
            None => create,
        };
        let journey = self.journey.clone();
        match Box::pin(self.advance(Some(spend))).await {
            Err(Fault::Conflict) => taken(state, here, journey, &applicant).await,
            other => other,
        }
    }
}

fn or_default(given: &str, default: &str) -> String {
    if given.is_empty() { default } else { given }.to_owned()
}

struct New {
    invitation: Option<uuid::Uuid>,
    stored: users::Prepared,
    origin: crate::model::audit::Origin,
    link: Option<VerificationLink>,
}

/// Somebody was faster: which of the two names is taken?
async fn taken(state: &State, here: &Here, journey: Journey, applicant: &Applicant) -> Result<Outcome, Fault> {
    let key = email::key_of(&applicant.email);
    let address = state
        .db
        .read(key, |tx, key| Box::pin(accounts::find_by_key(tx, key)))
        .await?
        .is_some();
    let problems = Problems {
        address: address.then_some(AddressProblem::Taken),
        username: (!address).then_some(UsernameProblem::Taken),
        ..Problems::default()
    };
    let mut journey = journey;
    journey.facts.user_id = None;
    journey.facts.proofs.clear();
    again(state, here, journey, problems).await
}
