//! Everything that is known of a journey, and the step that follows from it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Demand, Here, Stand};
use uuid::Uuid;

use crate::flow::Fault;
use crate::flow::factors::{self, Context, FACTORS, Factor, Prompt};
use crate::identity::assurance;
use crate::identity::journey::{self as rules, Application, SecondFactorPolicy, Standing, Step, Wanted};
use crate::model::account::Account;
use crate::model::journey::{Journey, JourneyKind};
use crate::settings::{self, VerifyEmail};
use crate::state::State;
use crate::store::{accounts, devices};

/// What is known beside the row: read anew at every step.
pub(super) struct Situation {
    /// Whose account it is, if somebody has proved to be theirs.
    pub(super) account: Option<Account>,
    /// Whether this browser may leave the second factor out.
    pub(super) trusted: bool,
    /// The assurance that is asked for, by the application or the page of ours that waits.
    demand: Demand,
}

impl Situation {
    /// Reads it.
    pub(super) async fn of(state: &State, here: &Here, journey: &Journey) -> Result<Self, Fault> {
        let account = match journey.facts.user_id {
            Some(id) => {
                state
                    .db
                    .read((), move |tx, ()| Box::pin(accounts::find(tx, id)))
                    .await?
            }
            None => None,
        };
        Ok(Self {
            account: account.filter(|account| account.user.disabled_at.is_none()),
            trusted: Self::trust(state, here, journey).await?,
            demand: match journey.facts.interaction {
                Some(_) => here.demand.clone(),
                None => Demand {
                    acr: journey.facts.wanted_acr.clone(),
                    essential: journey.facts.essential,
                },
            },
        })
    }

    /// Whether this browser may leave the second factor out. Asked only where somebody has proved something.
    pub(super) async fn trust(state: &State, here: &Here, journey: &Journey) -> Result<bool, Fault> {
        let (Some(user_id), Some(device)) = (journey.facts.user_id, here.device) else {
            return Ok(false);
        };
        if state.settings.second_factor.trusted_device_days == 0 || journey.kind == JourneyKind::Recover {
            return Ok(false);
        }
        let now = state.clock.now();
        let trusted = state.db.read((), move |tx, ()| {
            Box::pin(async move { devices::is_trusted(tx, user_id, &device, now).await })
        });
        Ok(trusted.await?)
    }

    /// What comes next.
    pub(super) fn next(&self, state: &State, journey: &Journey) -> Step {
        let facts = &journey.facts;
        let standing = self
            .account
            .as_ref()
            .map(|account| standing(state, journey, account, &self.demand));
        let application = facts.applicant.as_ref().map(|applicant| Application {
            mail_first: applicant.phc.is_empty() || state.settings.accounts.verify_email == VerifyEmail::Before,
            mail_proved: applicant.email_proved,
        });
        rules::next(&rules::Facts {
            kind: journey.kind,
            identified: facts.expected.is_some() || !facts.identifier.is_empty(),
            proofs: &facts.proofs,
            standing: standing.as_ref(),
            application,
            policy: policy(state, self.account.as_ref()),
            wanted: Wanted {
                acr: &self.demand.acr,
                essential: self.demand.essential,
            },
            trusted: self.trusted,
            factor_to_set_up: facts.to_set_up.is_some(),
            codes_to_keep: facts.recovery_codes.is_some(),
        })
    }

    /// The factors that may be used at a step.
    pub(super) fn options(&self, state: &State, journey: &Journey, step: Step) -> Vec<&'static str> {
        let wanted = &self.demand.acr;
        let names = |usable: &dyn Fn(&dyn Factor) -> bool| {
            FACTORS
                .iter()
                .filter(|factor| usable(**factor))
                .map(|factor| factor.name())
                .collect()
        };
        if let (Step::Enrol, Some(asked)) = (step, &journey.facts.to_set_up) {
            return names(&|factor| factor.enrolment().is_some() && factor.name() == asked);
        }
        match (step, journey.kind) {
            // Before anybody is named, only what says itself whose it is.
            (Step::Identify, JourneyKind::SignIn) => {
                names(&|factor| factor.is_discoverable() && state.settings.sign_in.offers(factor.name()))
            }
            // The same for everybody: who has which is nobody's business.
            (Step::FirstFactor, JourneyKind::SignIn | JourneyKind::SignUp) => {
                names(&|factor| factor.is_first() && state.settings.sign_in.offers(factor.name()))
            }
            (Step::FirstFactor, JourneyKind::Recover | JourneyKind::Enrol) | (Step::VerifyMail, _) => {
                vec![factors::Email.name()]
            }
            (Step::SecondFactor, _) => {
                let shown = rules::amr(&journey.facts.proofs);
                let theirs: Vec<_> = self
                    .account
                    .iter()
                    .flat_map(|account| owned(state, account))
                    .filter(|factor| rules::adds(&shown, factor.amr(), wanted))
                    .collect();
                let works = |factor: &&&dyn Factor| factor.is_available(state);
                match theirs.iter().filter(works).count() {
                    // One that cannot work now is no reason to ask for none.
                    0 => theirs.iter().map(|factor| factor.name()).collect(),
                    _ => theirs.iter().filter(works).map(|factor| factor.name()).collect(),
                }
            }
            (Step::Enrol, JourneyKind::Enrol) => names(&|factor| {
                let name = factor.name();
                let offered = state.settings.second_factor.offers(name) || state.settings.sign_in.offers(name);
                factor.enrolment().is_some() && factor.is_available(state) && offered
            }),
            (Step::Enrol, _) => {
                let shown = rules::amr(&journey.facts.proofs);
                let enough = enrollable(state).filter(|factor| assurance::would_reach(&shown, factor.amr(), wanted));
                let enough: Vec<_> = enough.map(Factor::name).collect();
                // What is demanded is set up at once, not after something less.
                match self.demand.essential && !enough.is_empty() {
                    true => enough,
                    false => enrollable(state)
                        .filter(|factor| rules::adds(&shown, factor.amr(), wanted))
                        .map(Factor::name)
                        .collect(),
                }
            }
            _ => Vec::new(),
        }
    }
}

/// The policy for a person.
fn policy(state: &State, account: Option<&Account>) -> SecondFactorPolicy {
    let settings = &state.settings.second_factor;
    let required = account.is_some_and(|account| settings.required_roles.contains(&account.user.role));
    match settings.policy {
        settings::SecondFactorPolicy::Off => SecondFactorPolicy::Off,
        settings::SecondFactorPolicy::Optional if !required => SecondFactorPolicy::Optional,
        settings::SecondFactorPolicy::Optional | settings::SecondFactorPolicy::Required => SecondFactorPolicy::Required,
    }
}

/// The second factors of an account that may be used here.
fn owned<'a>(state: &'a State, account: &'a Account) -> impl Iterator<Item = &'static dyn Factor> + 'a {
    let offered = &state.settings.second_factor;
    let may_be_used = move |factor: &&'static dyn Factor| offered.offers(factor.name()) && factor.is_second_of(account);
    FACTORS.iter().copied().filter(may_be_used)
}

/// The second factors that people may set up here on their way.
fn enrollable(state: &State) -> impl Iterator<Item = &'static dyn Factor> + '_ {
    let offered = &state.settings.second_factor;
    let may_be_set_up = move |factor: &&'static dyn Factor| {
        factor.enrolment().is_some() && factor.is_available(state) && offered.offers(factor.name())
    };
    FACTORS.iter().copied().filter(may_be_set_up)
}

fn standing(state: &State, journey: &Journey, account: &Account, demand: &Demand) -> Standing {
    let accounts = &state.settings.accounts;
    let used_password = journey.facts.proofs.iter().any(|proof| proof.factor == "password");
    let shown = rules::amr(&journey.facts.proofs);
    let reach = reach(state, account, &shown, &demand.acr);
    Standing {
        second_factors: owned(state, account)
            .filter(|factor| assurance::is_another_factor(&shown, factor.amr()))
            .count(),
        reaches: reach == Reach::Owned,
        could_reach: reach == Reach::ToBeSetUp,
        password_change: account.password_change_required && used_password,
        terms: !accounts.terms_version.is_empty()
            && account.terms_version.as_deref() != Some(accounts.terms_version.as_str()),
        leaving: account.delete_at.is_some(),
        unverified: accounts.verify_email == VerifyEmail::Before && !account.user.email_verified,
    }
}

/// How an assurance can be reached beside what was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// By a factor that the person has.
    Owned,
    /// By one that they can set up here.
    ToBeSetUp,
    /// Not here.
    No,
}

fn reach(state: &State, account: &Account, shown: &[String], wanted: &[String]) -> Reach {
    let enough = |factor: &'static dyn Factor| assurance::would_reach(shown, factor.amr(), wanted);
    match () {
        () if owned(state, account).any(enough) => Reach::Owned,
        () if enrollable(state).any(enough) => Reach::ToBeSetUp,
        () => Reach::No,
    }
}

/// How a person whose session has shown something can reach one of the levels that are wanted.
pub async fn reach_of(state: &State, user_id: Uuid, shown: &[String], wanted: &[String]) -> Result<Reach, Fault> {
    let account = state
        .db
        .read((), move |tx, ()| Box::pin(accounts::find(tx, user_id)))
        .await?;
    Ok(account.map_or(Reach::No, |account| reach(state, &account, shown, wanted)))
}

/// Where a journey stands.
pub async fn stand(state: &State, here: &Here, journey: Journey) -> Result<Stand, Fault> {
    let situation = Situation::of(state, here, &journey).await?;
    draw(state, here, journey, situation).await
}

/// Where a journey stands, from what is known.
pub(super) async fn draw(state: &State, here: &Here, journey: Journey, situation: Situation) -> Result<Stand, Fault> {
    let step = situation.next(state, &journey);
    let options = situation.options(state, &journey, step);
    let factor = shown_factor(&journey, step, &options);
    let prompt = match factor {
        Some(factor) => {
            factor
                .prompt(Context {
                    state,
                    journey: &journey,
                    account: situation.account.as_ref(),
                    visitor: &here.visitor,
                    locale: &here.locale,
                })
                .await?
        }
        None => Prompt::Nothing,
    };
    let setup = match (&journey.facts.enrolment, factor.and_then(Factor::enrolment)) {
        (Some(begun), Some(enrolment)) if step == Step::Enrol => Some(
            enrolment
                .setup(
                    Context {
                        state,
                        journey: &journey,
                        account: situation.account.as_ref(),
                        visitor: &here.visitor,
                        locale: &here.locale,
                    },
                    begun,
                )
                .await?,
        ),
        _ => None,
    };
    let recovery_codes = match &journey.facts.recovery_codes {
        Some(sealed) if step == Step::KeepCodes => open_codes(state, &journey, sealed)?,
        _ => Vec::new(),
    };
    Ok(Stand {
        step,
        factor,
        prompt,
        setup,
        options,
        account: situation.account,
        recovery_codes,
        journey,
    })
}

/// The factor that the person chose, where it may be used; else the first that needs nothing to be sent.
pub(super) fn shown_factor(journey: &Journey, step: Step, options: &[&'static str]) -> Option<&'static dyn Factor> {
    let chosen = journey
        .facts
        .method
        .as_deref()
        .filter(|name| options.contains(name))
        .and_then(factors::find);
    match step {
        Step::Enrol => chosen,
        _ => chosen.or_else(|| options.first().and_then(|name| factors::find(name))),
    }
}

/// What recovery codes are sealed for while their person has not kept them.
fn codes_purpose(journey: &Journey) -> String {
    format!("recovery codes of {}", journey.id)
}

/// Keeps recovery codes until their person has.
pub(super) fn seal_codes(state: &State, journey: &Journey, codes: &str) -> Result<String, Fault> {
    let sealed = state
        .master_key
        .seal(&codes_purpose(journey), codes.as_bytes())
        .map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(STANDARD.encode(sealed))
}

fn open_codes(state: &State, journey: &Journey, sealed: &str) -> Result<Vec<String>, Fault> {
    let damaged = || Fault::Internal("recovery codes of a journey cannot be opened".to_owned());
    let bytes = STANDARD.decode(sealed).map_err(|_| damaged())?;
    let plain = state
        .master_key
        .open(&codes_purpose(journey), &bytes)
        .map_err(|_| damaged())?;
    let text = String::from_utf8(plain).map_err(|_| damaged())?;
    Ok(text.lines().map(str::to_owned).collect())
}
