//! How a flow looks to a program.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::web::context::Ctx;

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
