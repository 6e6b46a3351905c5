use chrono::DateTime;
use proptest::prelude::*;

use super::*;

fn proof(factor: &str, amr: &[&str]) -> Proof {
    Proof {
        factor: factor.to_owned(),
        amr: amr.iter().map(|method| (*method).to_owned()).collect(),
        at: DateTime::UNIX_EPOCH,
    }
}

fn password() -> Proof {
    proof("password", &["pwd"])
}

fn mail() -> Proof {
    proof("email", &["email"])
}

fn app() -> Proof {
    proof("totp", &["otp"])
}

fn passkey() -> Proof {
    proof("passkey", &["swk", "user", "mfa"])
}

fn facts<'a>(kind: JourneyKind, proofs: &'a [Proof], standing: Option<&'a Standing>) -> Facts<'a> {
    Facts {
        kind,
        identified: true,
        proofs,
        standing,
        application: None,
        policy: SecondFactorPolicy::Optional,
        wanted: Wanted::default(),
        trusted: false,
        factor_to_set_up: false,
        codes_to_keep: false,
    }
}

#[test]
fn a_sign_in_asks_for_what_is_missing_and_nothing_else() {
    let plain = Standing::default();
    let with_factor = Standing {
        second_factors: 1,
        ..plain.clone()
    };
    let (pwd, both, key) = ([password()], [password(), app()], [passkey()]);
    let mut case = facts(JourneyKind::SignIn, &[], None);
    assert_eq!(next(&case), Step::FirstFactor);
    case.identified = false;
    assert_eq!(next(&case), Step::Identify);
    assert_eq!(next(&facts(JourneyKind::SignIn, &pwd, Some(&plain))), Step::Done);
    let mut case = facts(JourneyKind::SignIn, &pwd, Some(&with_factor));
    assert_eq!(next(&case), Step::SecondFactor);
    case.trusted = true;
    assert_eq!(
        next(&case),
        Step::Done,
        "a trusted browser stands for the second factor"
    );
    let two = ["2".to_owned()];
    case.wanted = Wanted {
        acr: &two,
        essential: false,
    };
    assert_eq!(
        next(&case),
        Step::SecondFactor,
        "but it shows nothing to an application that asks"
    );
    case.policy = SecondFactorPolicy::Off;
    assert_eq!(next(&case), Step::Done);
    assert_eq!(next(&facts(JourneyKind::SignIn, &both, Some(&with_factor))), Step::Done);
    assert_eq!(next(&facts(JourneyKind::SignIn, &key, Some(&with_factor))), Step::Done);
}

#[test]
fn who_must_have_a_second_factor_sets_one_up() {
    let plain = Standing::default();
    let (pwd, two) = ([password()], ["2".to_owned()]);
    let plain = Standing {
        could_reach: true,
        ..plain
    };
    let mut case = facts(JourneyKind::SignIn, &pwd, Some(&plain));
    case.wanted = Wanted {
        acr: &two,
        essential: false,
    };
    assert_eq!(next(&case), Step::Done, "a wish is left out where it cannot be had");
    case.wanted.essential = true;
    assert_eq!(next(&case), Step::Enrol);
    case.wanted = Wanted::default();
    case.policy = SecondFactorPolicy::Required;
    assert_eq!(next(&case), Step::Enrol);
    case.trusted = true;
    assert_eq!(next(&case), Step::Enrol, "trust is of a factor that was there");
    let both = [password(), app()];
    case.proofs = &both;
    case.codes_to_keep = true;
    assert_eq!(next(&case), Step::KeepCodes);
}

#[test]
fn two_factors_that_can_be_phished_are_raised_where_no_less_will_do() {
    let both = [password(), app()];
    let with = |reaches, could_reach| Standing {
        reaches,
        could_reach,
        ..Standing::default()
    };
    let (owned, possible, never) = (with(true, false), with(false, true), with(false, false));
    let wanted = ["phr".to_owned()];
    let step = |proofs: &[Proof], standing: &Standing, essential| {
        let mut case = facts(JourneyKind::SignIn, proofs, Some(standing));
        case.wanted = Wanted {
            acr: &wanted,
            essential,
        };
        next(&case)
    };
    assert_eq!(step(&both, &owned, true), Step::SecondFactor);
    assert_eq!(step(&both, &possible, true), Step::Enrol);
    assert_eq!(step(&both, &never, true), Step::Done, "the application is told");
    // A wish is asked for once, and nobody sets something up for it.
    let session = [proof("session", &["pwd", "otp", "mfa"])];
    assert_eq!(step(&both, &owned, false), Step::Done);
    assert_eq!(step(&session, &owned, false), Step::SecondFactor);
    assert_eq!(step(&session, &possible, false), Step::Done);
    let raised = [password(), app(), passkey()];
    assert_eq!(step(&raised, &owned, true), Step::Done);
}

#[test]
fn what_else_an_account_is_asked_for_comes_after_its_factors() {
    let standing = Standing {
        second_factors: 1,
        password_change: true,
        terms: true,
        leaving: true,
        unverified: true,
        ..Standing::default()
    };
    let (pwd, both) = ([password()], [password(), app()]);
    let mut case = facts(JourneyKind::SignIn, &pwd, Some(&standing));
    assert_eq!(next(&case), Step::VerifyMail);
    let mut later = Standing {
        unverified: false,
        ..standing
    };
    case.standing = Some(&later);
    assert_eq!(next(&case), Step::SecondFactor);
    case.proofs = &both;
    assert_eq!(next(&case), Step::NewPassword);
    later.password_change = false;
    assert_eq!(
        next(&facts(JourneyKind::SignIn, &both, Some(&later))),
        Step::AcceptTerms
    );
    later.terms = false;
    assert_eq!(
        next(&facts(JourneyKind::SignIn, &both, Some(&later))),
        Step::KeepAccount
    );
    later.leaving = false;
    assert_eq!(next(&facts(JourneyKind::SignIn, &both, Some(&later))), Step::Done);
}

#[test]
fn a_sign_up_proves_mail_where_it_must_before_there_is_an_account() {
    let mut case = facts(JourneyKind::SignUp, &[], None);
    assert_eq!(next(&case), Step::Apply);
    case.application = Some(Application {
        mail_first: true,
        mail_proved: false,
    });
    assert_eq!(next(&case), Step::VerifyMail);
    case.application = Some(Application {
        mail_first: true,
        mail_proved: true,
    });
    assert_eq!(next(&case), Step::Create);
    case.application = Some(Application {
        mail_first: false,
        mail_proved: false,
    });
    assert_eq!(next(&case), Step::Create);
}

fn any_proofs() -> impl Strategy<Value = Vec<Proof>> {
    let each = prop::sample::select(vec![
        password(),
        mail(),
        app(),
        passkey(),
        proof("sms", &["sms"]),
        proof("recovery_code", &["otp"]),
        proof("passkey", &["hwk"]),
        proof("session", &["pwd", "otp", "mfa"]),
    ]);
    prop::collection::vec(each, 0..4)
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let reach = prop::sample::select(vec![(true, false), (false, true), (false, false)]);
    let flags = any::<[bool; 4]>();
    (0_usize..3, reach, flags).prop_map(|(second_factors, (reaches, could_reach), flags)| {
        let [password_change, terms, leaving, unverified] = flags;
        Standing {
            second_factors,
            reaches,
            could_reach,
            password_change,
            terms,
            leaving,
            unverified,
        }
    })
}

proptest! {
    /// The model test: whatever was proved, in whatever order, and whatever the account is like, nobody arrives without
    /// every fact that the end needs (SECURITY-CASES MF-05, PW-03).
    #[test]
    fn nobody_arrives_without_the_facts(
        kind in prop::sample::select(vec![JourneyKind::SignIn, JourneyKind::SignUp, JourneyKind::Recover]),
        identified in any::<bool>(),
        proofs in any_proofs(),
        standing in prop::option::of(any_standing()),
        application in prop::option::of((any::<bool>(), any::<bool>())),
        policy in prop::sample::select(vec![
            SecondFactorPolicy::Off,
            SecondFactorPolicy::Optional,
            SecondFactorPolicy::Required,
        ]),
        wanted in prop::sample::select(vec![vec![], vec!["2".to_owned()], vec!["phr".to_owned()], vec!["1".to_owned()]]),
        essential in any::<bool>(),
        trusted in any::<bool>(),
        factor_to_set_up in any::<bool>(),
        codes_to_keep in any::<bool>(),
    ) {
        let application = application.map(|(mail_first, mail_proved)| Application { mail_first, mail_proved });
        let step = next(&Facts {
            kind,
            identified,
            proofs: &proofs,
            standing: standing.as_ref(),
            application,
            policy,
            wanted: Wanted { acr: &wanted, essential },
            trusted,
            factor_to_set_up,
            codes_to_keep,
        });
        let reached = assurance::acr(&amr(&proofs));
        let two = assurance::satisfies(reached, assurance::TWO_FACTORS);
        match step {
            Step::Done => {
                let standing = standing.unwrap();
                prop_assert_ne!(kind, JourneyKind::Recover, "a reset signs nobody in");
                prop_assert!(!proofs.is_empty());
                prop_assert!(!factor_to_set_up && !codes_to_keep && !standing.password_change && !standing.terms && !standing.leaving);
                prop_assert!(!standing.unverified || reads_mail(&proofs));
                if policy != SecondFactorPolicy::Off {
                    let spared = trusted && wanted.iter().all(|wanted| assurance::satisfies(reached, wanted));
                    prop_assert!(standing.second_factors == 0 || two || spared);
                    prop_assert!(policy != SecondFactorPolicy::Required || two || (spared && standing.second_factors > 0));
                    let unmet = !wanted.is_empty() && !wanted.iter().any(|wanted| assurance::satisfies(reached, wanted));
                    let could_be = standing.reaches || standing.could_reach;
                    prop_assert!(!(unmet && essential && could_be), "nothing less will do, and it is to be had");
                }
            }
            Step::NewPassword if kind == JourneyKind::Recover => {
                prop_assert!(reads_mail(&proofs));
                prop_assert!(standing.unwrap().second_factors == 0 || two, "a reset never skips the second factor");
            }
            Step::Create => {
                let application = application.unwrap();
                prop_assert!(!application.mail_first || application.mail_proved);
            }
            _ => {}
        }
    }
}
