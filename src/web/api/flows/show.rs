//! What a program is told of where a flow stands: what a page of ours would show at its step.

use uuid::Uuid;

use super::input::What;
use super::shape::{Application, Done, Flow, StepName, Terms, TotpKey, Work};
use crate::flow::factors::{Factor, Prompt, Setup};
use crate::flow::journey::Stand;
use crate::identity::journey::Step;
use crate::model::journey::{Journey, JourneyKind};
use crate::settings::Settings;
use crate::web::context::Ctx;
use crate::web::i18n::{Lang, Translator};
use crate::web::pages::forms::{FlowView, lang};
use crate::web::pages::journey::purpose;
use crate::web::work;

/// Draws the flows of one request.
pub struct Show<'a> {
    ctx: &'a Ctx,
    view: Option<&'a FlowView>,
    lang: Lang,
}

impl<'a> Show<'a> {
    /// For a request, which may be on the way to an application.
    pub fn of(ctx: &'a Ctx, view: Option<&'a FlowView>) -> Self {
        Self {
            ctx,
            view,
            lang: lang(ctx, view),
        }
    }

    /// The words of the request's language.
    pub fn t(&self) -> Translator {
        Translator::new(self.lang)
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.ctx.state.settings
    }

    fn empty(&self, id: Uuid, kind: JourneyKind, step: StepName) -> Flow {
        Flow {
            id,
            kind: kind.as_str(),
            step,
            method: None,
            methods: Vec::new(),
            actions: Vec::new(),
            fields: Vec::new(),
            errors: Vec::new(),
            identifier: None,
            account: None,
            invited: None,
            sent_to: None,
            credential_options: None,
            totp: None,
            recovery_codes: Vec::new(),
            terms: None,
            application: None,
            delete_at: None,
            proof_of_work: None,
            expires_at: None,
            outcome: None,
            redirect_to: None,
        }
    }

    /// The end of a flow; `location` is a page of ours, or an address that was given when it began.
    pub fn done(&self, id: Uuid, kind: JourneyKind, outcome: Done, location: &str) -> Flow {
        let location = match location.starts_with('/') {
            true => format!("{}{location}", self.ctx.state.issuer()),
            false => location.to_owned(),
        };
        Flow {
            outcome: Some(outcome),
            redirect_to: Some(location),
            ..self.empty(id, kind, StepName::Done)
        }
    }

    /// Where a flow stands.
    pub fn flow(&self, stand: &Stand) -> Flow {
        let journey = &stand.journey;
        let named = &journey.facts.identifier;
        let accounts = &self.settings().accounts;
        let asks_terms = matches!(stand.step, Step::Apply | Step::AcceptTerms) && !accounts.terms_version.is_empty();
        let method = match stand.step {
            Step::Identify => None,
            _ => stand.factor.map(Factor::name),
        };
        Flow {
            method,
            methods: self.methods(stand),
            actions: actions(stand),
            fields: self.fields(stand),
            identifier: (!named.is_empty()).then(|| named.clone()),
            account: stand.account.as_ref().map(|account| account.user.email.clone()),
            sent_to: match (&stand.prompt, &stand.setup) {
                (_, Some(Setup::Sent(recipient))) | (Prompt::Sent(recipient), _) => Some(recipient.clone()),
                _ => None,
            },
            credential_options: match (&stand.prompt, &stand.setup) {
                (_, Some(Setup::Credential(options))) | (Prompt::Credential(options), _) => Some(options.clone()),
                _ => None,
            },
            totp: match &stand.setup {
                Some(Setup::Key { key, qr }) => Some(TotpKey {
                    secret: key.replace(' ', ""),
                    qr_svg: qr.clone(),
                }),
                _ => None,
            },
            recovery_codes: stand.recovery_codes.clone(),
            terms: asks_terms.then(|| Terms {
                version: accounts.terms_version.clone(),
                terms_uri: some(&accounts.terms_uri),
                policy_uri: some(&accounts.privacy_uri),
            }),
            application: self.view.map(|view| Application {
                client_id: view.waiting.client.id.clone(),
                client_name: view.waiting.client.metadata.client_name.clone(),
                logo_uri: view.waiting.client.metadata.logo_uri.clone(),
            }),
            delete_at: match (stand.step, &stand.account) {
                (Step::KeepAccount, Some(account)) => account.delete_at.map(|at| at.to_rfc3339()),
                _ => None,
            },
            proof_of_work: work::puzzle(self.ctx, purpose(journey.kind)).map(|puzzle| Work {
                challenge: puzzle.challenge,
                difficulty: puzzle.difficulty,
            }),
            expires_at: Some(journey.expires_at.to_rfc3339()),
            ..self.empty(journey.id, journey.kind, step(stand.step))
        }
    }

    fn methods(&self, stand: &Stand) -> Vec<&'static str> {
        let offers = |name: &str| self.settings().sign_in.offers(name);
        match stand.step {
            // An account without a password is made by `submit` with another method. Before anybody is named every way can be
            // chosen, with the name.
            Step::Apply => ["password", "passkey", "email"]
                .into_iter()
                .filter(|name| offers(name) && (*name == "password" || offers("email")))
                .collect(),
            Step::Identify if stand.journey.kind == JourneyKind::SignIn => ["password", "passkey", "email"]
                .into_iter()
                .filter(|name| offers(name))
                .collect(),
            _ => stand.options.clone(),
        }
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn actions(stand: &Stand) -> Vec<&'static str> {
    let journey: &Journey = &stand.journey;
    let name = |what| match what {
        What::Submit => "submit",
        What::Choose => "choose",
        What::Again => "again",
        What::StartOver => "start_over",
    };
    let proves = matches!(stand.step, Step::FirstFactor | Step::SecondFactor | Step::VerifyMail);
    // What was only wished for can be left for another day.
    let wished = stand.step == Step::Enrol && journey.facts.to_set_up.is_some();
    let begun = journey.facts.proofs.is_empty() && !journey.facts.identifier.is_empty();
    [
        (stand.step != Step::Enrol || stand.setup.is_some(), What::Submit),
        (
            stand.options.len() > 1 || matches!(stand.step, Step::Enrol | Step::Identify),
            What::Choose,
        ),
        (proves && matches!(stand.prompt, Prompt::Sent(_)), What::Again),
        (
            wished || proves && begun && journey.facts.expected.is_none(),
            What::StartOver,
        ),
    ]
    .into_iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, what)| name(what))
    .collect()
}

fn step(step: Step) -> StepName {
    match step {
        Step::Identify => StepName::Identify,
        Step::FirstFactor => StepName::FirstFactor,
        Step::Apply => StepName::Apply,
        Step::VerifyMail => StepName::VerifyMail,
        Step::SecondFactor => StepName::SecondFactor,
        Step::Enrol => StepName::Enrol,
        Step::KeepCodes => StepName::KeepCodes,
        Step::NewPassword => StepName::NewPassword,
        Step::AcceptTerms => StepName::AcceptTerms,
        Step::KeepAccount => StepName::KeepAccount,
        // Neither waits for anybody.
        Step::Create | Step::Done => StepName::Done,
    }
}
