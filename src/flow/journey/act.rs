//! What a person does at a step, and what is stored of it.

use super::finish;
use super::situation::{self, Situation, shown_factor};
use super::{Here, Outcome, Problem};
use crate::flow::Fault;
use crate::flow::factors::{self, Answer, Context, Factor, Spend};
use crate::flow::passwords;
use crate::identity::email;
use crate::identity::journey::Step;
use crate::model::journey::{Journey, JourneyKind};
use crate::model::secret::Secret;
use crate::state::State;
use crate::store::journeys;

/// What a person does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Gives what the step asks for.
    Submit(Submission),
    /// Chooses a factor, as whoever the form names.
    Method {
        /// The factor.
        name: String,
        /// Who they say they are; empty where the form does not ask.
        identifier: String,
    },
    /// Asks once more for what the shown factor gives out.
    Again,
    /// Begins anew, as somebody else.
    StartOver,
}

/// What a person gives. Each step takes what it asks for; what did not come is empty.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// Who they say they are.
    pub identifier: String,
    /// The factor that is proved; the shown one where `None`.
    pub method: Option<String>,
    /// The proof, or another password.
    pub answer: Answer,
    /// Whether the browser keeps the session.
    pub remember: bool,
    /// Whether this browser may leave the second factor out next time.
    pub trust: bool,
    /// The version of the terms that is accepted.
    pub terms: String,
    /// Whether an account stays that was to be deleted.
    pub keep: Option<bool>,
}

/// Does it.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow journey", skip_all)]
pub async fn act(state: &State, here: &Here, journey: Journey, action: Action) -> Result<Outcome, Fault> {
    let situation = Situation::of(state, here, &journey).await?;
    let step = situation.next(state, &journey);
    let walk = Walk {
        state,
        here,
        journey,
        situation,
        step,
    };
    // In boxes: a journey is deep, and what one way keeps need not lie on the stack of the others.
    match action {
        Action::Submit(submission) => Box::pin(walk.submit(submission)).await,
        Action::Method { name, identifier } => Box::pin(walk.choose_as(&name, &identifier)).await,
        Action::Again => Box::pin(walk.once_more()).await,
        Action::StartOver => Box::pin(walk.start_over()).await,
    }
}

/// One action on its way.
pub(super) struct Walk<'a> {
    pub(super) state: &'a State,
    pub(super) here: &'a Here,
    pub(super) journey: Journey,
    pub(super) situation: Situation,
    pub(super) step: Step,
}

impl Walk<'_> {
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            state: self.state,
            journey: &self.journey,
            account: self.situation.account.as_ref(),
            visitor: &self.here.visitor,
            locale: &self.here.locale,
        }
    }

    /// The step again, with what was wrong.
    pub(super) async fn again(self, problem: Problem) -> Result<Outcome, Fault> {
        self.stay(Some(problem)).await
    }

    pub(super) async fn stay(self, problem: Option<Problem>) -> Result<Outcome, Fault> {
        let stand = situation::draw(self.state, self.here, self.journey, self.situation).await?;
        Ok(Outcome::Step(Box::new(stand), problem))
    }

    async fn submit(self, submission: Submission) -> Result<Outcome, Fault> {
        match self.step {
            Step::Identify if !submission.answer.credential.is_empty() => Box::pin(self.answer(&submission)).await,
            Step::Identify => Box::pin(self.identify(submission)).await,
            Step::FirstFactor if self.renames(&submission) => Box::pin(self.identify(submission)).await,
            Step::FirstFactor | Step::SecondFactor | Step::VerifyMail | Step::Enrol => {
                Box::pin(self.answer(&submission)).await
            }
            Step::NewPassword => Box::pin(self.new_password(&submission.answer.password)).await,
            Step::AcceptTerms => Box::pin(self.accept_terms(&submission.terms)).await,
            Step::KeepAccount => self.keep_account(submission.keep.unwrap_or_default()).await,
            Step::KeepCodes => self.codes_kept().await,
            Step::Apply | Step::Create | Step::Done => self.stay(None).await,
        }
    }

    /// Whether somebody else is named than before.
    fn renames(&self, submission: &Submission) -> bool {
        let named = submission.identifier.trim();
        // Whom an application asks once more may turn out to be somebody else; who changes an account may not.
        let open = self.journey.facts.expected.is_none() || self.journey.facts.interaction.is_some();
        !named.is_empty() && named != self.journey.facts.identifier && open && self.journey.facts.proofs.is_empty()
    }

    async fn identify(mut self, submission: Submission) -> Result<Outcome, Fault> {
        let identifier: String = submission.identifier.trim().chars().take(320).collect();
        if email::key_of(&identifier).is_empty() {
            return self.again(Problem::NoIdentifier).await;
        }
        self.journey.facts.identifier = identifier;
        self.journey.facts.expected = None;
        self.journey.facts.user_id = None;
        self.situation.account = None;
        self.journey.facts.method = None;
        self.journey.facts.challenge = None;
        self.step = self.situation.next(self.state, &self.journey);
        if self.journey.kind == JourneyKind::SignIn && !submission.answer.password.expose().is_empty() {
            // Both at once, as password managers and programs send them. Where nothing has to wait nothing is stored yet; a
            // journey that is stored remembers who was named though the password be wrong.
            let walk = match self.journey.revision {
                0 => Some(self),
                _ => self.save(None).await?,
            };
            return match walk {
                Some(walk) => Box::pin(walk.answer(&submission)).await,
                None => Ok(Outcome::Gone),
            };
        }
        let recovers = self.journey.kind == JourneyKind::Recover;
        match self.save(None).await? {
            // A reset begins with mail, whoever asks for whomever.
            Some(walk) if recovers || walk.needs_mail() => walk.choose(factors::Email.name()).await,
            Some(walk) => walk.stay(None).await,
            None => Ok(Outcome::Gone),
        }
    }

    async fn start_over(mut self) -> Result<Outcome, Fault> {
        // What somebody only wished for can be left for another day.
        if self.step == Step::Enrol && self.journey.facts.to_set_up.take().is_some() {
            self.journey.facts.enrolment = None;
            return self.advance(None).await;
        }
        if !self.journey.facts.proofs.is_empty() {
            return self.stay(None).await;
        }
        self.journey.facts.identifier.clear();
        self.journey.facts.expected = None;
        self.journey.facts.user_id = None;
        self.journey.facts.method = None;
        match self.save(None).await? {
            Some(walk) => walk.stay(None).await,
            None => Ok(Outcome::Gone),
        }
    }

    /// Whether mail is the only way in that needs no device: its code is sent without being asked for.
    fn needs_mail(&self) -> bool {
        !self.state.settings.sign_in.offers(factors::Password.name())
    }

    /// Decides anew, and either ends the journey or stores it and shows the next step. `spend` goes into the same unit.
    pub(super) async fn advance(mut self, spend: Option<Spend>) -> Result<Outcome, Fault> {
        self.step = self.situation.next(self.state, &self.journey);
        match self.step {
            Step::Done if self.journey.kind == JourneyKind::Enrol => {
                return Box::pin(finish::enrolled(self, spend)).await;
            }
            Step::Done => return Box::pin(finish::sign_in(self, spend)).await,
            Step::Create => return Box::pin(self.create(spend)).await,
            _ => {}
        }
        let Some(walk) = self.save(spend).await? else {
            return Ok(Outcome::Gone);
        };
        let options = walk.situation.options(walk.state, &walk.journey, walk.step);
        // What the next factor gives out is given out at once where there is no choice to be made.
        let sole = match walk.step {
            Step::SecondFactor | Step::VerifyMail => shown_factor(&walk.journey, walk.step, &options).map(Factor::name),
            Step::Enrol if walk.journey.facts.to_set_up.is_some() => options.first().copied(),
            _ => None,
        };
        match sole {
            Some(name) => Box::pin(walk.choose(name)).await,
            None => Box::pin(walk.stay(None)).await,
        }
    }

    /// Stores what is known now; `None` when somebody was faster.
    pub(super) async fn save(mut self, spend: Option<Spend>) -> Result<Option<Self>, Fault> {
        let (browser, now) = (self.here.browser, self.state.clock.now());
        let stored = self
            .state
            .db
            .write((self.journey.clone(), spend), move |tx, (journey, spend)| {
                Box::pin(async move {
                    if let Some(spend) = spend
                        && !spend(tx).await?
                    {
                        return Ok(false);
                    }
                    match journey.revision {
                        0 => journeys::insert(tx, journey, &browser).await.map(|()| true),
                        _ => journeys::update(tx, journey, now).await,
                    }
                })
            })
            .await?;
        self.journey.revision += 1;
        self.step = self.situation.next(self.state, &self.journey);
        Ok(stored.then_some(self))
    }

    async fn codes_kept(mut self) -> Result<Outcome, Fault> {
        if self.step != Step::KeepCodes {
            return self.stay(None).await;
        }
        self.journey.facts.recovery_codes = None;
        self.advance(None).await
    }

    async fn new_password(self, password: &Secret) -> Result<Outcome, Fault> {
        let (Step::NewPassword, Some(account)) = (self.step, self.situation.account.clone()) else {
            return self.stay(None).await;
        };
        let about = [account.user.email.as_str(), account.user.display_name()];
        let normal = match passwords::judge_new(self.state, password, &about).await? {
            Ok(normal) => normal,
            Err(problem) => return self.again(Problem::Password(problem)).await,
        };
        finish::set_password(self, account, normal).await
    }

    async fn accept_terms(mut self, version: &str) -> Result<Outcome, Fault> {
        let current = self.state.settings.accounts.terms_version.clone();
        let (Step::AcceptTerms, Some(account)) = (self.step, self.situation.account.as_mut()) else {
            return self.stay(None).await;
        };
        if version != current {
            return self.again(Problem::Terms).await;
        }
        account.terms_version = Some(current.clone());
        let (id, now) = (account.user.id, self.state.clock.now());
        let spend = finish::accept_terms(self.here, id, current, now);
        self.advance(Some(spend)).await
    }

    async fn keep_account(mut self, keep: bool) -> Result<Outcome, Fault> {
        let (Step::KeepAccount, Some(account)) = (self.step, self.situation.account.as_mut()) else {
            return self.stay(None).await;
        };
        if !keep {
            // The person leaves: nothing was to be signed in to.
            return Ok(Outcome::Gone);
        }
        account.delete_at = None;
        let (id, now) = (account.user.id, self.state.clock.now());
        let spend = finish::keep_account(self.here, id, now);
        self.advance(Some(spend)).await
    }
}
