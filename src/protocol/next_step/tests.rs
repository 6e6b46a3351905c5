//! What comes next, by the sections that say so.

use super::super::authorize::{self, tests::client};
use super::super::parameters::Parameters;
use super::*;
use chrono::TimeDelta;
use proptest::prelude::*;

fn at(seconds: i64) -> Timestamp {
    chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn session(authenticated: i64) -> Session {
    Session {
        id: Uuid::from_u128(1),
        user_id: Uuid::from_u128(2),
        authenticated_at: at(authenticated),
        amr: vec!["pwd".into()],
        created_at: at(authenticated),
        last_seen_at: at(authenticated),
        expires_at: at(1_000_000),
        user_agent: String::new(),
        address: String::new(),
        remembered: false,
    }
}

fn request(extra: &str) -> AuthorizeRequest {
    let text = format!("redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&scope=openid+email{extra}");
    let parameters = Parameters::read(&[text.as_bytes()]).unwrap();
    authorize::parse(&parameters, &client(), false, &mut Default::default()).unwrap()
}

struct Case {
    request: AuthorizeRequest,
    client: Client,
    session: Option<Session>,
    consented: Option<Scope>,
    hint: Hint,
    waiting_since: Option<Timestamp>,
    decision: Option<Decision>,
    assurance: Assurance,
    account_chosen: bool,
}

impl Case {
    fn new(extra: &str) -> Self {
        Self {
            request: request(extra),
            client: client(),
            session: Some(session(-100)),
            consented: Some(Scope::parse("openid email").unwrap()),
            hint: Hint::Absent,
            waiting_since: None,
            decision: None,
            assurance: Assurance::Met,
            account_chosen: false,
        }
    }

    fn decide(&self) -> NextStep {
        next_step(&Facts {
            request: &self.request,
            client: &self.client,
            session: self.session.as_ref(),
            assurance: self.assurance,
            consented: self.consented.as_ref(),
            hint: self.hint,
            waiting_since: self.waiting_since,
            account_chosen: self.account_chosen,
            decision: self.decision,
            now: at(0),
        })
    }

    fn denied_with(&self) -> Option<ErrorCode> {
        match self.decide() {
            NextStep::Deny(error) => Some(error.code),
            _ => None,
        }
    }
}

#[test]
fn core_3_1_2_6_prompt_none_never_shows_a_page() {
    let mut case = Case::new("&prompt=none");
    assert_eq!(case.decide(), NextStep::Issue);
    case.consented = None;
    assert_eq!(case.denied_with(), Some(ErrorCode::ConsentRequired));
    case.session = None;
    assert_eq!(case.denied_with(), Some(ErrorCode::LoginRequired));
}

#[test]
fn core_3_1_2_1_prompt_login_needs_a_sign_in_after_the_request() {
    let mut case = Case::new("&prompt=login");
    assert_eq!(
        case.decide(),
        NextStep::SignIn {
            again: true,
            step_up: false,
            create: false
        }
    );
    case.waiting_since = Some(at(-50));
    assert_eq!(
        case.decide(),
        NextStep::SignIn {
            again: true,
            step_up: false,
            create: false
        }
    );
    case.session = Some(session(-40));
    assert_eq!(case.decide(), NextStep::Issue);
}

#[test]
fn core_3_1_2_1_select_account_asks_until_somebody_is_chosen_or_signs_in() {
    let mut case = Case::new("&prompt=select_account");
    assert_eq!(case.decide(), NextStep::Choose);
    case.waiting_since = Some(at(-50));
    assert_eq!(case.decide(), NextStep::Choose);
    case.session = Some(session(-40));
    assert_eq!(case.decide(), NextStep::Issue);
    let mut case = Case::new("&prompt=select_account");
    case.account_chosen = true;
    assert_eq!(case.decide(), NextStep::Issue);
    case.session = None;
    assert!(matches!(case.decide(), NextStep::SignIn { again: false, .. }));
}

#[test]
fn core_3_1_2_1_max_age() {
    assert_eq!(Case::new("&max_age=100").decide(), NextStep::Issue);
    assert_eq!(
        Case::new("&max_age=99").decide(),
        NextStep::SignIn {
            again: true,
            step_up: false,
            create: false
        }
    );
    assert_eq!(
        Case::new("&max_age=99&prompt=none").denied_with(),
        Some(ErrorCode::LoginRequired)
    );
    let mut zero = Case::new("&max_age=0");
    zero.session = Some(session(0));
    assert_eq!(
        zero.decide(),
        NextStep::SignIn {
            again: true,
            step_up: false,
            create: false
        }
    );
    zero.waiting_since = Some(at(-1));
    assert_eq!(zero.decide(), NextStep::Issue);
}

#[test]
fn core_3_1_2_1_the_hinted_person_or_nobody() {
    let mut case = Case::new("");
    case.hint = Hint::Names(Uuid::from_u128(2));
    assert_eq!(case.decide(), NextStep::Issue);
    case.hint = Hint::Names(Uuid::from_u128(3));
    assert_eq!(
        case.decide(),
        NextStep::SignIn {
            again: true,
            step_up: false,
            create: false
        }
    );
    case.waiting_since = Some(at(-200));
    assert_eq!(case.denied_with(), Some(ErrorCode::LoginRequired));
    case.hint = Hint::Invalid;
    assert_eq!(case.denied_with(), Some(ErrorCode::LoginRequired));
}

#[test]
fn consent_policies() {
    let mut case = Case::new("");
    case.consented = Some(Scope::parse("email").unwrap());
    assert_eq!(case.decide(), NextStep::Issue);
    case.consented = Some(Scope::parse("openid profile").unwrap());
    assert_eq!(case.decide(), NextStep::Consent);
    case.client.metadata.consent = ConsentPolicy::Skip;
    assert_eq!(case.decide(), NextStep::Issue);
    case.client.metadata.consent = ConsentPolicy::Always;
    case.consented = Some(Scope::parse("openid email").unwrap());
    assert_eq!(case.decide(), NextStep::Consent);
    assert_eq!(Case::new("&prompt=consent").decide(), NextStep::Consent);
}

#[test]
fn rfc9470_4_another_factor_is_asked_for_once() {
    let mut case = Case::new("");
    let step_up = NextStep::SignIn {
        again: true,
        step_up: true,
        create: false,
    };
    for essential in [true, false] {
        case.assurance = Assurance::Reachable { essential };
        case.waiting_since = None;
        assert_eq!(case.decide(), step_up);
        // The person signed in for this request, and it is still not enough.
        case.waiting_since = Some(at(-200));
        let refused = Some(ErrorCode::UnmetAuthenticationRequirements);
        assert_eq!(case.denied_with(), refused.filter(|_| essential));
    }
    let mut silent = Case::new("&prompt=none");
    silent.assurance = Assurance::Reachable { essential: false };
    assert_eq!(silent.decide(), NextStep::Issue);
    silent.assurance = Assurance::Reachable { essential: true };
    assert_eq!(silent.denied_with(), Some(ErrorCode::UnmetAuthenticationRequirements));
}

#[test]
fn core_5_5_1_1_an_essential_acr_that_cannot_be_reached() {
    let mut case = Case::new("");
    case.assurance = Assurance::OutOfReach { essential: true };
    assert_eq!(case.denied_with(), Some(ErrorCode::UnmetAuthenticationRequirements));
    case.assurance = Assurance::OutOfReach { essential: false };
    assert_eq!(case.decide(), NextStep::Issue);
}

proptest! {
    /// The model test: whatever the order of steps and whatever is claimed, a code is issued only to a live session,
    /// proved after the request where the request asks for that, with consent or a policy that needs none.
    #[test]
    fn no_code_without_its_facts(
        prompt in prop::sample::select(vec!["", "&prompt=login", "&prompt=none", "&prompt=consent", "&max_age=0", "&max_age=50", "&prompt=create", "&prompt=select_account"]),
        signed_in in prop::option::of(-200_i64..=0),
        consent in prop::option::of(prop::sample::select(vec!["email", "profile", "email profile"])),
        policy in prop::sample::select(vec![ConsentPolicy::Remember, ConsentPolicy::Always, ConsentPolicy::Skip]),
        hint in prop::sample::select(vec![Hint::Absent, Hint::Names(Uuid::from_u128(2)), Hint::Names(Uuid::from_u128(3)), Hint::Invalid]),
        waiting in prop::option::of(-150_i64..=0),
        decision in prop::option::of(prop::sample::select(vec![Decision::Allow, Decision::Deny])),
        assurance in prop::sample::select(vec![
            Assurance::Met,
            Assurance::Reachable { essential: true },
            Assurance::Reachable { essential: false },
            Assurance::OutOfReach { essential: true },
            Assurance::OutOfReach { essential: false },
        ]),
    ) {
        let mut case = Case::new(prompt);
        case.session = signed_in.map(session);
        case.consented = consent.map(|scope| Scope::parse(scope).unwrap());
        case.client.metadata.consent = policy;
        case.hint = hint;
        case.waiting_since = waiting.map(at);
        case.decision = decision;
        case.assurance = assurance;
        let step = case.decide();
        if case.request.prompt.none {
            let silent = matches!(step, NextStep::Issue | NextStep::Deny(_));
            prop_assert!(silent);
        }
        if step == NextStep::Issue {
            let session = case.session.unwrap();
            let essential = matches!(
                assurance,
                Assurance::Reachable { essential: true } | Assurance::OutOfReach { essential: true }
            );
            prop_assert!(!essential, "an essential acr that was not reached");
            prop_assert!(hint == Hint::Absent || hint == Hint::Names(session.user_id));
            prop_assert_ne!(decision, Some(Decision::Deny));
            let proved_since = case.waiting_since.is_some_and(|since| session.authenticated_at >= since);
            if prompt == "&prompt=login" || prompt == "&max_age=0" {
                prop_assert!(proved_since);
            }
            if prompt == "&prompt=select_account" {
                prop_assert!(proved_since);
            }
            if prompt == "&max_age=50" {
                prop_assert!(proved_since || at(0) - session.authenticated_at <= TimeDelta::seconds(50));
            }
            let agreed = case.consented.is_some_and(|scope| scope.contains("email"));
            prop_assert!(policy == ConsentPolicy::Skip || agreed || decision == Some(Decision::Allow));
        }
    }
}
