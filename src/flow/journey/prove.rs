//! Proofs on a journey: the factor that is chosen, what it gives out, and what is made of an answer. Setting one up is the same
//! at its step.

use super::act::{Submission, Walk};
use super::situation::{self, Situation, shown_factor};
use super::{Outcome, Problem};
use crate::flow::Fault;
use crate::flow::factors::{self, Answer, Check, Factor, Proved, Refusal};
use crate::identity::journey::Step;
use crate::store::journeys;

impl Walk<'_> {
    pub(super) async fn choose_as(mut self, name: &str, identifier: &str) -> Result<Outcome, Fault> {
        let open = matches!(self.step, Step::Identify | Step::FirstFactor) && self.journey.facts.expected.is_none();
        let identifier: String = identifier.trim().chars().take(320).collect();
        if open && !identifier.is_empty() {
            self.journey.facts.identifier = identifier;
            self.step = self.situation.next(self.state, &self.journey);
        }
        // A passkey says itself whose it is.
        if self.step == Step::Identify && name != factors::Passkey.name() {
            return self.again(Problem::NoIdentifier).await;
        }
        self.choose(name).await
    }

    pub(super) async fn choose(mut self, name: &str) -> Result<Outcome, Fault> {
        let options = self.situation.options(self.state, &self.journey, self.step);
        let Some(factor) = options
            .iter()
            .find(|option| **option == name)
            .and_then(|name| factors::find(name))
        else {
            return self.again(Problem::Method).await;
        };
        self.journey.facts.method = Some(factor.name().to_owned());
        self.journey.facts.enrolment = None;
        // Stored first: what is given out belongs to a journey that exists.
        let Some(mut walk) = self.save(None).await? else {
            return Ok(Outcome::Gone);
        };
        let given = match walk.step {
            Step::Enrol => return walk.begin_enrolment(factor).await,
            _ => factor.begin(walk.context()).await?,
        };
        match given {
            Ok(challenge) => {
                walk.journey.facts.challenge = challenge;
                match walk.save(None).await? {
                    Some(walk) => walk.stay(None).await,
                    None => Ok(Outcome::Gone),
                }
            }
            Err(refusal) => walk.again(Problem::Answer(refusal)).await,
        }
    }

    pub(super) async fn once_more(self) -> Result<Outcome, Fault> {
        let options = self.situation.options(self.state, &self.journey, self.step);
        match shown_factor(&self.journey, self.step, &options) {
            // What was entered stays: only what was given out is given out anew.
            Some(factor) if self.step == Step::Enrol && self.journey.facts.enrolment.is_some() => {
                self.begin_enrolment(factor).await
            }
            Some(factor) => self.choose(factor.name()).await,
            None => self.stay(None).await,
        }
    }

    async fn begin_enrolment(mut self, factor: &'static dyn Factor) -> Result<Outcome, Fault> {
        let Some(enrolment) = factor.enrolment() else {
            return self.again(Problem::Method).await;
        };
        let begun = enrolment.begin(self.context(), &Answer::default()).await?;
        match begun {
            Ok(begun) => {
                self.journey.facts.enrolment = Some(begun);
                match self.save(None).await? {
                    Some(walk) => walk.stay(None).await,
                    None => Ok(Outcome::Gone),
                }
            }
            Err(refusal) => self.again(Problem::Answer(refusal)).await,
        }
    }

    pub(super) async fn answer(mut self, submission: &Submission) -> Result<Outcome, Fault> {
        let answer = &submission.answer;
        if self.step == Step::Enrol {
            return self.confirm_enrolment(answer).await;
        }
        if self.step == Step::VerifyMail {
            return self.verify_mail(answer).await;
        }
        let options = self.situation.options(self.state, &self.journey, self.step);
        let factor = match submission.method.as_deref().or_else(|| implied(answer)) {
            Some(name) => Some(name).filter(|name| options.contains(name)).and_then(factors::find),
            None => shown_factor(&self.journey, self.step, &options),
        };
        let Some(factor) = factor else {
            return self.again(Problem::Method).await;
        };
        if self.step == Step::FirstFactor {
            self.journey.facts.remember |= submission.remember;
        } else {
            self.journey.facts.trust |= submission.trust;
        }
        // Several guesses at one second factor end the journey: whoever goes on must prove the first one again.
        let counted = self.step == Step::SecondFactor;
        if counted && !self.count_attempt().await? {
            return Ok(Outcome::Gone);
        }
        match factor.check(self.context(), answer).await? {
            Check::Right(proved) => Box::pin(self.proved(*proved)).await,
            Check::Wrong(refusal) => {
                self.state.metrics.sign_in(factor.name(), refusal.kind());
                if counted && refusal == Refusal::Missing {
                    self.forgive_attempt().await?;
                }
                self.again(Problem::Answer(refusal)).await
            }
        }
    }

    /// Adds a proof: what it uses up and what it brings are one unit of work.
    pub(super) async fn proved(mut self, proved: Proved) -> Result<Outcome, Fault> {
        let Proved { account, proof, spend } = proved;
        let expected = self.journey.facts.expected.or(self.journey.facts.user_id);
        if expected.is_some_and(|expected| expected != account.user.id) {
            return self.again(Problem::Answer(Refusal::Wrong)).await;
        }
        self.journey.facts.user_id = Some(account.user.id);
        self.journey.facts.proofs.push(proof);
        self.journey.facts.method = None;
        self.journey.facts.challenge = None;
        self.situation.account = Some(account);
        self.situation.trusted = Situation::trust(self.state, self.here, &self.journey).await?;
        Box::pin(self.advance(Some(spend))).await
    }

    async fn count_attempt(&self) -> Result<bool, Fault> {
        let (id, now) = (self.journey.id, self.state.clock.now());
        let counted = self.state.db.write_one((), move |tx, ()| {
            Box::pin(journeys::attempt(tx, id, MOST_ATTEMPTS, now))
        });
        Ok(counted.await?)
    }

    async fn forgive_attempt(&self) -> Result<(), Fault> {
        let id = self.journey.id;
        let forgiven = self
            .state
            .db
            .write_one((), move |tx, ()| Box::pin(journeys::forgive(tx, id)));
        Ok(forgiven.await?)
    }

    async fn confirm_enrolment(mut self, answer: &Answer) -> Result<Outcome, Fault> {
        let factor = self
            .journey
            .facts
            .enrolment
            .as_ref()
            .and_then(|enrolment| factors::find(&enrolment.factor));
        let (Some(factor), Some(begun)) = (factor, self.journey.facts.enrolment.clone()) else {
            return self.again(Problem::Method).await;
        };
        let Some(enrolment) = factor.enrolment() else {
            return self.again(Problem::Method).await;
        };
        match enrolment.confirm(self.context(), &begun, answer).await? {
            factors::Confirmed::Added(proved) => {
                self.journey.facts.enrolment = None;
                self.journey.facts.to_set_up = None;
                let codes = factors::first_codes(self.context(), &proved.account).await?;
                let Proved { account, proof, spend } = *proved;
                let spend = match codes {
                    None => spend,
                    Some(codes) => {
                        self.journey.facts.recovery_codes =
                            Some(situation::seal_codes(self.state, &self.journey, &codes.plain)?);
                        factors::both(spend, codes.store)
                    }
                };
                Box::pin(self.proved(Proved { account, proof, spend })).await
            }
            factors::Confirmed::Goes(next) => {
                self.journey.facts.enrolment = Some(next);
                match self.save(None).await? {
                    Some(walk) => walk.stay(None).await,
                    None => Ok(Outcome::Gone),
                }
            }
            factors::Confirmed::Wrong(refusal) => self.again(Problem::Answer(refusal)).await,
        }
    }
}

/// The factor that a proof is of by its form, whatever page it was typed on.
fn implied(answer: &Answer) -> Option<&'static str> {
    match answer {
        answer if !answer.credential.is_empty() => Some(factors::Passkey.name()),
        answer if !answer.password.expose().is_empty() => Some(factors::Password.name()),
        _ => None,
    }
}

/// Answers to second factors in one journey (SECURITY-CASES MF-03).
const MOST_ATTEMPTS: i64 = 5;
