//! Whole ways to a session, walked over a model of an account: whatever it owns, whatever is offered and wanted, and whatever
//! the person chooses, there is an end, no step without anything to choose, and what was demanded is reached where it can be.

use chrono::DateTime;
use proptest::prelude::*;

use super::*;

/// Second factors: name, methods, whether people can set it up on their way.
const SECOND: [(&str, &[&str], bool); 5] = [
    ("totp", &["otp"], true),
    ("passkey", &["hwk"], true),
    ("recovery_code", &["otp"], false),
    ("email", &["email"], false),
    ("sms", &["sms"], true),
];

/// More than anybody is asked for.
const MOST_STEPS: usize = 4;

#[derive(Clone, Debug)]
struct Model {
    owned: [bool; 5],
    offered: [bool; 5],
    wanted: Vec<String>,
    essential: bool,
    policy: SecondFactorPolicy,
    trusted: bool,
}

impl Model {
    fn list(&self, usable: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..SECOND.len())
            .filter(|at| self.offered[*at] && usable(*at))
            .collect()
    }

    /// What an account can be asked for, and what can be set up, beside what was shown.
    fn choices(&self, step: Step, shown: &[String]) -> Vec<usize> {
        let adds = |at: usize| adds(shown, SECOND[at].1, &self.wanted);
        match step {
            Step::SecondFactor => self.list(|at| self.owned[at] && adds(at)),
            _ => self.list(|at| SECOND[at].2 && adds(at)),
        }
    }

    fn standing(&self, shown: &[String]) -> Standing {
        let enough = |at: usize| assurance::would_reach(shown, SECOND[at].1, &self.wanted);
        let another = |at: usize| assurance::is_another_factor(shown, SECOND[at].1);
        let reaches = !self.list(|at| self.owned[at] && enough(at)).is_empty();
        Standing {
            second_factors: self.list(|at| self.owned[at] && another(at)).len(),
            reaches,
            could_reach: !reaches && !self.list(|at| SECOND[at].2 && enough(at)).is_empty(),
            ..Standing::default()
        }
    }
}

fn proof(factor: &str, amr: &[&str]) -> Proof {
    Proof {
        factor: factor.to_owned(),
        amr: amr.iter().map(|method| (*method).to_owned()).collect(),
        at: DateTime::UNIX_EPOCH,
    }
}

fn any_model() -> impl Strategy<Value = Model> {
    let wanted = prop::sample::select(vec![
        vec![],
        vec!["1"],
        vec!["2"],
        vec!["phr"],
        vec!["2", "phr"],
        vec!["other"],
    ]);
    let policy = prop::sample::select(vec![
        SecondFactorPolicy::Off,
        SecondFactorPolicy::Optional,
        SecondFactorPolicy::Required,
    ]);
    (
        any::<[bool; 5]>(),
        any::<[bool; 5]>(),
        wanted,
        any::<bool>(),
        policy,
        any::<bool>(),
    )
        .prop_map(|(owned, offered, wanted, essential, policy, trusted)| Model {
            owned,
            offered,
            wanted: wanted.into_iter().map(str::to_owned).collect(),
            essential,
            policy,
            trusted,
        })
}

proptest! {
    #[test]
    fn every_way_ends_and_reaches_what_is_demanded(
        model in any_model(),
        first in prop::sample::select(vec![
            proof("password", &["pwd"]),
            proof("email", &["email"]),
            proof("passkey", &["swk", "user", "mfa"]),
            proof("session", &["pwd"]),
            proof("session", &["pwd", "otp", "mfa"]),
        ]),
        chosen in any::<[prop::sample::Index; MOST_STEPS]>(),
    ) {
        let mut model = model;
        let mut proofs = vec![first];
        let mut asked = Vec::new();
        for choice in chosen {
            let shown = amr(&proofs);
            let standing = model.standing(&shown);
            let step = next(&Facts {
                kind: JourneyKind::SignIn,
                identified: true,
                proofs: &proofs,
                standing: Some(&standing),
                application: None,
                policy: model.policy,
                wanted: Wanted { acr: &model.wanted, essential: model.essential },
                trusted: model.trusted,
                factor_to_set_up: false,
                codes_to_keep: false,
            });
            asked.push(step);
            if step == Step::Done {
                break;
            }
            prop_assert!(matches!(step, Step::SecondFactor | Step::Enrol));
            let choices = model.choices(step, &shown);
            if choices.is_empty() {
                // Settings that demand a second factor and offer none.
                prop_assert_eq!((step, model.policy), (Step::Enrol, SecondFactorPolicy::Required));
                return Ok(());
            }
            let at = *choice.get(&choices);
            model.owned[at] = true;
            proofs.push(proof(SECOND[at].0, SECOND[at].1));
        }
        prop_assert_eq!(asked.last(), Some(&Step::Done), "no end: {:?}", asked);
        let shown = amr(&proofs);
        let met = model.wanted.is_empty() || assurance::meets(assurance::acr(&shown), &model.wanted);
        let standing = model.standing(&shown);
        if model.policy != SecondFactorPolicy::Off && model.essential {
            prop_assert!(met || !(standing.reaches || standing.could_reach), "{:?} after {:?}", model, asked);
        }
    }
}
