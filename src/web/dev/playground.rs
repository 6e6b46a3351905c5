//! The playground: a small application that signs in here like any other, through the public endpoints, and shows every step.
//! It remembers its runs in memory: it is for trying things, on one node.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Payload};
use moka::sync::Cache;

use super::super::context::Ctx;
use super::super::cookies;
use super::super::error::{self, Trouble};
use super::super::i18n::Translator;
use super::super::oidc::paths as endpoints;
use super::super::pages::own_form;
use super::super::views::{Playground as StartPage, PlaygroundResult, Status, Step, paths};
use super::relying_party::RelyingParty;
use super::run::{Run, Tokens};
use super::steps;
use crate::crypto::random;
use crate::flow::clients;
use crate::flow::{Failure, Fault};
use crate::model::audit::Origin;
use crate::model::permission::Authority;
use crate::protocol::registration::Registration;
use crate::protocol::scopes;
use crate::state::State;

/// Where answers come back to.
pub const CALLBACK: &str = "/playground/callback";

const CLIENT_ID: &str = "playground";
const MEMORY: Duration = Duration::from_secs(1800);

/// What the playground remembers, and where it reaches the server.
pub struct Playground {
    runs: Cache<String, Run>,
    server: SocketAddr,
}

impl Playground {
    /// Takes the address that the server listens on.
    pub fn new(server: SocketAddr) -> Self {
        let mut server = server;
        if server.ip().is_unspecified() {
            server.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        Self {
            runs: Cache::builder().max_capacity(1_000).time_to_live(MEMORY).build(),
            server,
        }
    }

    fn run(&self, ctx: &Ctx) -> Option<(String, Run)> {
        let name = cookies::PLAYGROUND.name(ctx.state.settings.is_https());
        let key = cookies::read(ctx.request.headers(), name)?.to_owned();
        let run = self.runs.get(&key)?;
        Some((key, run))
    }
}

/// Registers the playground's client where it is missing.
pub async fn register(state: &State) -> Result<(), Fault> {
    if clients::find(state, CLIENT_ID).await?.is_some() {
        return Ok(());
    }
    let registration = Registration {
        client_id: Some(CLIENT_ID.into()),
        client_name: Some("Playground".into()),
        redirect_uris: vec![format!("{}{CALLBACK}", state.issuer())],
        token_endpoint_auth_method: Some("none".into()),
        grant_types: vec!["authorization_code".into(), "refresh_token".into()],
        ..Registration::default()
    };
    match clients::register(state, &registration, &Authority::default(), &Origin::command_line()).await {
        // Another node was faster.
        Ok(_) | Err(Failure::OAuth(_)) => Ok(()),
        Err(Failure::Fault(fault)) => Err(fault),
    }
}

/// The start page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = StartPage {
        page: ctx.page(lang, None, &csrf),
        scopes: scopes::STANDARD
            .iter()
            .map(|scope| ((*scope).to_owned(), *scope != "phone" && *scope != "address"))
            .collect(),
        issuer: ctx.state.issuer(),
        client_id: CLIENT_ID,
    };
    error::render(&ctx, StatusCode::OK, lang, &template)
}

/// Sends the browser to the authorization endpoint.
pub async fn start(ctx: Ctx, payload: Payload, playground: Data<Playground>) -> HttpResponse {
    let outcome = async {
        let raw = super::super::body::raw_form(&ctx.request, payload).await?;
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&raw).into_owned().collect();
        let field = |name: &str| {
            pairs
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
        };
        if !ctx.is_own_form(field("csrf")) {
            return Err(Trouble::Status(Status::FormExpired));
        }
        let wanted = scopes::STANDARD
            .iter()
            .filter(|scope| pairs.iter().any(|(n, v)| n == "scope" && v == *scope));
        let scope = wanted.copied().collect::<Vec<_>>().join(" ");
        let verifier = random::secret("").expose().to_owned();
        let issuer = ctx.state.issuer();
        let mut request = vec![
            ("client_id", CLIENT_ID.to_owned()),
            ("redirect_uri", format!("{issuer}{CALLBACK}")),
            ("response_type", "code".to_owned()),
            (
                "scope",
                if scope.is_empty() {
                    scopes::OPENID.to_owned()
                } else {
                    scope
                },
            ),
            ("state", random::secret("").expose().to_owned()),
            ("nonce", random::secret("").expose().to_owned()),
            ("code_challenge", steps::challenge(&verifier)),
            ("code_challenge_method", "S256".to_owned()),
        ];
        if let Some(prompt) = field("prompt").filter(|prompt| !prompt.is_empty()) {
            request.push(("prompt", prompt.to_owned()));
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&request)
            .finish();
        let key = random::secret("").expose().to_owned();
        playground.runs.insert(
            key.clone(),
            Run {
                request,
                verifier,
                tokens: None,
            },
        );
        let mut response = error::see_other(&ctx, &format!("{issuer}{}?{query}", endpoints::AUTHORIZE));
        let cookie = cookies::PLAYGROUND.set(&key, ctx.state.settings.is_https(), 1800);
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// The answer comes back: exchanges the code and shows everything.
pub async fn callback(ctx: Ctx, playground: Data<Playground>) -> HttpResponse {
    let Some((key, mut run)) = playground.run(&ctx) else {
        return error::see_other(&ctx, paths::PLAYGROUND);
    };
    let t = Translator::new(ctx.lang(None));
    let answer: Vec<(String, String)> = url::form_urlencoded::parse(ctx.request.query_string().as_bytes())
        .into_owned()
        .collect();
    let mut shown = vec![
        steps::request(t, &run),
        steps::response(t, &run, &answer, ctx.state.issuer()),
    ];
    let code = answer
        .iter()
        .find(|(name, _)| name == "code")
        .map(|(_, value)| value.clone());
    let sound = steps::all_passed(&shown);
    let mut tokens = None;
    if let (Some(code), true) = (code, sound) {
        let party = RelyingParty::new(playground.server);
        let (step, got) = party.exchange(t, &run, &code, CLIENT_ID).await;
        shown.push(step);
        if let Some(got) = &got {
            shown.extend(
                party
                    .verify(t, got, ctx.state.issuer(), CLIENT_ID, Some(run.parameter("nonce")))
                    .await,
            );
        }
        tokens = got;
    }
    run.tokens = tokens;
    show(&ctx, &playground, key, run, shown)
}

/// Uses the refresh token and shows what comes of it.
pub async fn refresh(ctx: Ctx, payload: Payload, playground: Data<Playground>) -> HttpResponse {
    if let Err(trouble) = own_form(&ctx, payload).await {
        return error::page(&ctx, Err(trouble));
    }
    let Some((key, mut run)) = playground.run(&ctx) else {
        return error::see_other(&ctx, paths::PLAYGROUND);
    };
    let Some(refresh_token) = run.tokens.as_ref().and_then(|tokens| tokens.refresh_token.clone()) else {
        return error::see_other(&ctx, paths::PLAYGROUND);
    };
    let t = Translator::new(ctx.lang(None));
    let party = RelyingParty::new(playground.server);
    let (step, tokens) = party.refresh(t, &refresh_token, CLIENT_ID).await;
    let mut shown = vec![step];
    if let Some(tokens) = &tokens {
        shown.extend(party.verify(t, tokens, ctx.state.issuer(), CLIENT_ID, None).await);
    }
    run.tokens = tokens;
    show(&ctx, &playground, key, run, shown)
}

/// Revokes the refresh token, forgets the run, and asks whether to sign out here too.
pub async fn sign_out(ctx: Ctx, payload: Payload, playground: Data<Playground>) -> HttpResponse {
    if let Err(trouble) = own_form(&ctx, payload).await {
        return error::page(&ctx, Err(trouble));
    }
    if let Some((key, run)) = playground.run(&ctx) {
        if let Some(token) = run.tokens.and_then(|tokens| tokens.refresh_token) {
            RelyingParty::new(playground.server).revoke(&token, CLIENT_ID).await;
        }
        playground.runs.invalidate(&key);
    }
    error::see_other(&ctx, paths::SIGN_OUT)
}

fn show(ctx: &Ctx, playground: &Playground, key: String, run: Run, shown: Vec<Step>) -> HttpResponse {
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = PlaygroundResult {
        page: ctx.page(lang, None, &csrf),
        success: run.tokens.is_some() && steps::all_passed(&shown),
        role_and_plan: run.tokens.as_ref().and_then(Tokens::role_and_plan),
        can_refresh: run.tokens.as_ref().is_some_and(|tokens| tokens.refresh_token.is_some()),
        steps: shown,
    };
    let response = error::render(ctx, StatusCode::OK, lang, &template);
    playground.runs.insert(key, run);
    response
}
