//! How a flow looks to a program: what a page of ours would show at its step.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::What;
use crate::flow::factors::{Factor, Prompt, Setup};
use crate::flow::journey::Stand;
use crate::identity::journey::Step;
use crate::model::journey::{Journey, JourneyKind};
use crate::settings::{Field as Asked, Remember, Settings};
use crate::web::context::Ctx;
use crate::web::i18n::{Lang, Translator};
use crate::web::pages::forms::{FlowView, lang};
use crate::web::pages::journey::purpose;
use crate::web::views::Method;
use crate::web::work;

/// A flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Flow {
    /// Names it; worth nothing in another browser.
    pub id: Uuid,
    /// Where it leads: `sign_in`, `sign_up`, `recover` or `enrol`.
    pub kind: &'static str,
    /// What it waits for.
    pub step: StepName,
    /// The way that `fields` belong to, at steps that prove or set up something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// Every way that can be chosen at this step; choosing one is the action `choose`.
    pub methods: Vec<&'static str>,
    /// What else than `submit` can be done here: `choose`, `again`, `start_over`.
    pub actions: Vec<&'static str>,
    /// What to give.
    pub fields: Vec<Field>,
    /// What was wrong with the answer that was given.
    pub errors: Vec<FieldError>,
    /// Who the person says they are, as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Whose account it is, once something was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The address that is invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited: Option<String>,
    /// Where a code was sent, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_to: Option<String>,
    /// For the browser's WebAuthn interface: `PublicKeyCredential.parseRequestOptionsFromJSON()`, or at the step `enrol`
    /// `parseCreationOptionsFromJSON()`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub credential_options: Option<Value>,
    /// The key for an authenticator app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp: Option<TotpKey>,
    /// Recovery codes, shown until they are said to be kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<String>,
    /// The terms to accept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// The application that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Application>,
    /// Until when an account that is to be deleted can stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub delete_at: Option<String>,
    /// Work that is asked for while guessing goes on; without an answer few tries are let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof_of_work: Option<Work>,
    /// When it is given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// What came of it, at `done`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Done>,
    /// Where the browser goes now, at `done`: an absolute address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_to: Option<String>,
}

/// What a flow waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FlowStep)]
pub enum StepName {
    /// Who the person is.
    Identify,
    /// A first proof of it.
    FirstFactor,
    /// The form of a new account.
    Apply,
    /// A code that shows that mail arrives.
    VerifyMail,
    /// A second proof.
    SecondFactor,
    /// Another factor, chosen by `choose` and then confirmed.
    Enrol,
    /// Recovery codes are shown; `submit` says that they are kept.
    KeepCodes,
    /// Another password.
    NewPassword,
    /// The terms.
    AcceptTerms,
    /// Whether an account that was to be deleted stays.
    KeepAccount,
    /// Nothing: see `outcome` and `redirect_to`.
    Done,
}

/// What came of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FlowOutcome)]
pub enum Done {
    /// The browser is signed in.
    SignedIn,
    /// The password is set; the person signs in with it.
    PasswordSet,
    /// The factor is set up.
    FactorAdded,
}

/// A member of the answer that a step asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FlowField)]
pub struct Field {
    /// Its name in the answer.
    pub name: &'static str,
    /// `email`, `text`, `password`, `code`, `tel`, `boolean` or `credential`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether the step goes on without it.
    pub required: bool,
    /// For the `autocomplete` attribute of the input (HTML section 4.10.18.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autocomplete: Option<&'static str>,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
}

/// Something that is wrong with an answer.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FlowError)]
pub struct FieldError {
    /// The field; none where it is the answer as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// What to decide by; stable.
    pub code: &'static str,
    /// A sentence for the person, in the language of the request.
    pub message: String,
    /// Seconds until it is worth trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// The key for an authenticator app.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpKey {
    /// Base32 (RFC 4648 section 6), to be typed.
    pub secret: String,
    /// A QR code: an SVG element.
    pub qr_svg: String,
}

/// The terms of the installation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Terms {
    /// The value of `terms` that accepts them.
    pub version: String,
    /// Where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_uri: Option<String>,
    /// Where the privacy notice is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
}

/// The application that waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitingApplication)]
pub struct Application {
    /// Its id.
    pub client_id: String,
    /// Its name.
    pub client_name: String,
    /// Its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
}

/// Work that a try may have to bring: a number that makes SHA-256 of `challenge:number` begin with so many zero bits. The
/// answer is `challenge:number`, and good for one try.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProofOfWork)]
pub struct Work {
    /// What the number is added to.
    pub challenge: String,
    /// How many zero bits.
    pub difficulty: u32,
}

impl Flow {
    /// As an answer, with the cookie that binds it to the browser.
    pub fn answer(self, ctx: &Ctx, status: StatusCode) -> HttpResponse {
        let mut response = HttpResponse::build(status);
        if let Some(cookie) = ctx.browser_cookie() {
            response.append_header((header::SET_COOKIE, cookie));
        }
        response.json(self)
    }
}

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

    fn settings(&self) -> &Settings {
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

    fn fields(&self, stand: &Stand) -> Vec<Field> {
        let settings = self.settings();
        let journey = &stand.journey;
        let passkeys = settings.sign_in.offers("passkey") && journey.kind == JourneyKind::SignIn;
        let mut fields = match stand.step {
            Step::Identify => vec![required(IDENTIFIER), passkeys.then_some(CREDENTIAL)]
                .into_iter()
                .flatten()
                .collect(),
            Step::Apply => self.application(),
            Step::FirstFactor | Step::SecondFactor | Step::VerifyMail => proof(stand),
            Step::Enrol => setup(stand),
            Step::NewPassword => vec![self.new_password()],
            Step::AcceptTerms => vec![TERMS],
            Step::KeepAccount => vec![KEEP],
            Step::KeepCodes | Step::Create | Step::Done => Vec::new(),
        };
        let signs_in = journey.kind == JourneyKind::SignIn;
        if stand.step == Step::FirstFactor && signs_in && settings.sign_in.remember == Remember::Ask {
            fields.push(REMEMBER);
        }
        if stand.step == Step::SecondFactor && signs_in && settings.second_factor.trusted_device_days > 0 {
            fields.push(TRUST);
        }
        fields
    }

    fn new_password(&self) -> Field {
        Field {
            min_length: Some(self.settings().password_min_length()),
            max_length: Some(self.settings().passwords.max_length),
            autocomplete: Some("new-password"),
            ..PASSWORD
        }
    }

    fn application(&self) -> Vec<Field> {
        let accounts = &self.settings().accounts;
        let asked = |asked: Asked, field: Field| {
            (asked != Asked::Off).then(|| Field {
                required: asked == Asked::Required,
                ..field
            })
        };
        let email = Field {
            kind: "email",
            autocomplete: Some("email"),
            ..IDENTIFIER
        };
        [
            asked(accounts.name, NAME),
            Some(email),
            asked(accounts.username, USERNAME),
            asked(accounts.phone, PHONE),
            self.settings().sign_in.offers("password").then(|| self.new_password()),
            (!accounts.terms_version.is_empty()).then_some(TERMS),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn required(field: Field) -> Option<Field> {
    Some(field)
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

fn proof(stand: &Stand) -> Vec<Field> {
    match stand.factor.map(Factor::name).and_then(Method::parse) {
        Some(Method::Password) => vec![PASSWORD],
        Some(Method::Passkey) => vec![CREDENTIAL],
        _ => vec![CODE],
    }
}

fn setup(stand: &Stand) -> Vec<Field> {
    let name = Field {
        required: false,
        ..NAME
    };
    match &stand.setup {
        None => Vec::new(),
        Some(Setup::Key { .. }) => vec![CODE, name],
        Some(Setup::Credential(_)) => vec![CREDENTIAL, name],
        Some(Setup::Recipient) => vec![PHONE],
        Some(Setup::Sent(_)) => vec![CODE],
    }
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

const fn field(name: &'static str, kind: &'static str, autocomplete: Option<&'static str>) -> Field {
    Field {
        name,
        kind,
        required: true,
        autocomplete,
        min_length: None,
        max_length: None,
    }
}

const IDENTIFIER: Field = field("identifier", "text", Some("username webauthn"));
const PASSWORD: Field = field("password", "password", Some("current-password"));
const CODE: Field = field("code", "code", Some("one-time-code"));
const CREDENTIAL: Field = field("credential", "credential", None);
const NAME: Field = field("name", "text", Some("name"));
const USERNAME: Field = field("username", "text", Some("username"));
const PHONE: Field = field("phone", "tel", Some("tel"));
const TERMS: Field = field("terms", "text", None);
const KEEP: Field = field("keep", "boolean", None);
const REMEMBER: Field = Field {
    required: false,
    ..field("remember", "boolean", None)
};
const TRUST: Field = Field {
    required: false,
    ..field("trust", "boolean", None)
};
