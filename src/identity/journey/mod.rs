//! What comes next for a person on the way: decided anew from stored facts at every step, so that no order of steps, no
//! edited form and no second tab can leave one out. Knows no factor by name: what is proved carries its methods.

use super::assurance;
use crate::model::journey::{JourneyKind, Proof};

/// What an account may still have to be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Second factors that it has, that may be used here and that are of another kind than what was shown.
    pub second_factors: usize,
    /// Whether it has one that would reach what is wanted, beside what was shown.
    pub reaches: bool,
    /// Whether one that would can be set up here.
    pub could_reach: bool,
    /// Whether the password must be changed.
    pub password_change: bool,
    /// Whether terms wait to be accepted.
    pub terms: bool,
    /// Whether the person had asked for the account to be deleted.
    pub leaving: bool,
    /// Whether mail must be shown to arrive before the account counts.
    pub unverified: bool,
}

/// Whether there are second factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorPolicy {
    /// Nobody is asked for one.
    Off,
    /// Whoever has one is asked for it.
    Optional,
    /// Whoever has none sets one up.
    Required,
}

/// How far a journey of an applicant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Application {
    /// Whether mail must be shown to arrive first.
    pub mail_first: bool,
    /// Whether it has been.
    pub mail_proved: bool,
}

/// The assurance that an application asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Any of these; none where the list is empty (RFC 9470 section 4, OpenID Connect Core section 5.5.1.1).
    pub acr: &'a [String],
    /// Whether nothing less will do.
    pub essential: bool,
}

impl Wanted<'_> {
    fn unmet(&self, reached: &str) -> bool {
        !self.acr.is_empty() && !assurance::meets(reached, self.acr)
    }
}

/// What is known when the question is asked.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Where the journey leads.
    pub kind: JourneyKind,
    /// Whether it is known who is to be proved.
    pub identified: bool,
    /// What was proved. Somebody whose account is not in `standing` has proved nothing.
    pub proofs: &'a [Proof],
    /// The account that the proofs are of.
    pub standing: Option<&'a Standing>,
    /// The person's application for an account.
    pub application: Option<Application>,
    /// The policy for this person.
    pub policy: SecondFactorPolicy,
    /// See [`Wanted`].
    pub wanted: Wanted<'a>,
    /// Whether this browser may leave the second factor out.
    pub trusted: bool,
    /// Whether the person asked for a factor that is not set up yet.
    pub factor_to_set_up: bool,
    /// Whether recovery codes wait to be kept.
    pub codes_to_keep: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The person says who they are.
    Identify,
    /// The person proves it.
    FirstFactor,
    /// The person fills in the form for a new account.
    Apply,
    /// Mail is shown to arrive.
    VerifyMail,
    /// The account is made: nothing to ask.
    Create,
    /// Another factor is proved.
    SecondFactor,
    /// Another factor is set up.
    Enrol,
    /// Recovery codes are shown until the person has kept them.
    KeepCodes,
    /// Another password is set.
    NewPassword,
    /// Terms are accepted.
    AcceptTerms,
    /// The person says whether the account stays.
    KeepAccount,
    /// Nothing is missing.
    Done,
}

/// Decides.
pub fn next(facts: &Facts<'_>) -> Step {
    let Some(standing) = facts.standing else {
        return match (facts.kind, facts.application) {
            (JourneyKind::SignUp, None) => Step::Apply,
            (JourneyKind::SignUp, Some(application)) if application.mail_first && !application.mail_proved => {
                Step::VerifyMail
            }
            (JourneyKind::SignUp, Some(_)) => Step::Create,
            (JourneyKind::SignIn | JourneyKind::Recover, _) if facts.identified => Step::FirstFactor,
            (JourneyKind::SignIn | JourneyKind::Recover | JourneyKind::Enrol, _) => Step::Identify,
        };
    };
    match facts.kind {
        JourneyKind::Recover => recover(facts, standing),
        JourneyKind::Enrol => match () {
            () if facts.proofs.is_empty() => Step::Enrol,
            () if facts.codes_to_keep => Step::KeepCodes,
            () => Step::Done,
        },
        // Whoever has made an account stands where a sign-in stands; only the proof is missing that a sign-in begins with.
        JourneyKind::SignIn | JourneyKind::SignUp => sign_in(facts, standing),
    }
}

fn sign_in(facts: &Facts<'_>, standing: &Standing) -> Step {
    if facts.proofs.is_empty() {
        return Step::FirstFactor;
    }
    if standing.unverified && !reads_mail(facts.proofs) {
        return Step::VerifyMail;
    }
    if facts.factor_to_set_up {
        return Step::Enrol;
    }
    if let Some(step) = second_factor(facts, standing) {
        return step;
    }
    match () {
        () if facts.codes_to_keep => Step::KeepCodes,
        () if standing.password_change => Step::NewPassword,
        () if standing.terms => Step::AcceptTerms,
        () if standing.leaving => Step::KeepAccount,
        () => Step::Done,
    }
}

fn second_factor(facts: &Facts<'_>, standing: &Standing) -> Option<Step> {
    if facts.policy == SecondFactorPolicy::Off {
        return None;
    }
    let reached = assurance::acr(&amr(facts.proofs));
    let unmet = facts.wanted.unmet(reached);
    let two = assurance::satisfies(reached, assurance::TWO_FACTORS);
    let has = standing.second_factors > 0;
    match (two, has) {
        // A trusted browser stands for the second factor; it does not raise what is said of the sign-in.
        (false, true) => (unmet || !facts.trusted).then_some(Step::SecondFactor),
        (false, false) if facts.policy == SecondFactorPolicy::Required => Some(Step::Enrol),
        _ if unmet => raise(facts, standing),
        _ => None,
    }
}

/// What was shown is not what is wanted, such as two factors that can be phished. What cannot be had here is not asked for:
/// the application is told.
fn raise(facts: &Facts<'_>, standing: &Standing) -> Option<Step> {
    // Whoever chose between second factors on this way has answered a mere wish; who comes with a session was not asked yet.
    let asked = facts.proofs.len() > 1;
    match (standing.reaches, standing.could_reach) {
        (true, _) => (facts.wanted.essential || !asked).then_some(Step::SecondFactor),
        (false, true) => facts.wanted.essential.then_some(Step::Enrol),
        (false, false) => None,
    }
}

/// Whether a factor is worth asking for beside what was shown: as one of another kind, or because it reaches what is wanted.
pub fn adds(shown: &[String], factor: &[&str], wanted: &[String]) -> bool {
    assurance::is_another_factor(shown, factor) || assurance::would_reach(shown, factor, wanted)
}

/// The methods of a set of proofs, as tokens list them.
pub fn amr(proofs: &[Proof]) -> Vec<String> {
    assurance::combine(proofs.iter().flat_map(|proof| &proof.amr).map(String::as_str))
}

fn reads_mail(proofs: &[Proof]) -> bool {
    proofs
        .iter()
        .flat_map(|proof| &proof.amr)
        .any(|method| method == assurance::AMR_MAIL)
}

/// A reset never skips the second factor, whatever browser it comes from.
fn recover(facts: &Facts<'_>, standing: &Standing) -> Step {
    let two = assurance::satisfies(assurance::acr(&amr(facts.proofs)), assurance::TWO_FACTORS);
    match () {
        () if !reads_mail(facts.proofs) => Step::FirstFactor,
        () if standing.second_factors > 0 && !two => Step::SecondFactor,
        () => Step::NewPassword,
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod walks;
