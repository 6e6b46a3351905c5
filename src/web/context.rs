//! What every handler asks of a request: who sends it, from where, in which language.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use super::fitting::{Fitted, Fitting};
use super::headers::text;
use super::i18n::{Lang, Wishes};
use super::limits::Limits;
use super::views::{ClientBrand, Look, Page, Shell};
use super::{cookies, csrf};
use crate::crypto::{digest, random};
use crate::flow::authorize::BrowserFacts;
use crate::flow::journey::{Demand, Here};
use crate::flow::{Device, Visitor};
use crate::model::audit::Origin;
use crate::model::client::Client;
use crate::model::secret::{Digest, Secret};
use crate::state::State;

/// Named in logs, in the audit trail and on error pages.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// A request, as handlers see it.
pub struct Ctx {
    /// The installation.
    pub state: Arc<State>,
    /// Where it comes from.
    pub origin: Origin,
    /// Peer, or what a trusted proxy says of it.
    pub address: IpAddr,
    /// The request itself.
    pub request: HttpRequest,
    browser: Secret,
    browser_is_new: bool,
    session: Option<String>,
    fitted: Arc<Fitted>,
}

impl FromRequest for Ctx {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or_else(|| actix_web::error::ErrorInternalServerError("not composed")))
    }
}

impl Ctx {
    fn of(request: &HttpRequest) -> Option<Self> {
        let state = request.app_data::<Data<State>>()?.current();
        let fitted = request.app_data::<Data<Fitting>>()?.of(&state);
        let https = state.settings.is_https();
        let address = address(request, &state.settings.trusted_proxies);
        let known = cookies::read(request.headers(), cookies::BROWSER.name(https));
        let browser_is_new = known.is_none();
        let request_id = request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default();
        Some(Self {
            origin: Origin {
                address: address.to_string(),
                request_id,
                user_agent: text(request.headers(), header::USER_AGENT)
                    .unwrap_or_default()
                    .chars()
                    .take(300)
                    .collect(),
                ..Origin::default()
            },
            address,
            browser: known.map_or_else(
                || random::secret(random::prefix::BROWSER),
                |text| Secret::new(text.to_owned()),
            ),
            browser_is_new,
            session: cookies::read(request.headers(), cookies::SESSION.name(https)).map(str::to_owned),
            request: request.clone(),
            state: Arc::new(state),
            fitted,
        })
    }

    /// The digest of the session cookie.
    pub fn session(&self) -> Option<Digest> {
        self.session.as_deref().map(digest::of_text)
    }

    /// What the authorization flow asks of the browser.
    pub fn browser(&self) -> BrowserFacts {
        BrowserFacts {
            browser: digest::digest(&self.browser),
            session: self.session(),
            origin: self.origin.clone(),
        }
    }

    /// Who fills in a form that ends in a session.
    pub fn visitor(&self) -> Visitor {
        let https = self.state.settings.is_https();
        Visitor {
            replaced: self.session(),
            device: Device {
                user_agent: self.header(header::USER_AGENT).unwrap_or_default().to_owned(),
                address: self.origin.address.clone(),
                cookie: cookies::read(self.request.headers(), cookies::DEVICE.name(https)).map(digest::of_text),
            },
            origin: self.origin.clone(),
        }
    }

    /// Who is on a journey, in the language of its page; `demand` is what the waiting application asks for.
    pub fn here(&self, lang: Lang, demand: Demand) -> Here {
        let visitor = self.visitor();
        Here {
            device: visitor.device.cookie,
            visitor,
            browser: digest::digest(&self.browser),
            locale: lang.tag().to_owned(),
            demand,
        }
    }

    /// The secrets of other sessions of this browser, newest first.
    pub fn other_sessions(&self) -> Vec<&str> {
        let https = self.state.settings.is_https();
        cookies::read(self.request.headers(), cookies::ACCOUNTS.name(https))
            .map(|value| value.split('.').filter(|secret| !secret.is_empty()).take(10).collect())
            .unwrap_or_default()
    }

    /// The secret of the session cookie.
    pub fn session_secret(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// The way that was used last to sign in here.
    pub fn last_used(&self) -> Option<&str> {
        let https = self.state.settings.is_https();
        cookies::read(self.request.headers(), cookies::LAST.name(https))
    }

    /// The looks of this installation.
    pub fn look(&self) -> &Look {
        &self.fitted.look
    }

    /// The limits of this node.
    pub fn limits(&self) -> &Limits {
        &self.fitted.limits
    }

    /// The cookie that must be set so that this browser is known again; `None` when it has it.
    pub fn browser_cookie(&self) -> Option<String> {
        self.browser_is_new.then(|| {
            cookies::BROWSER.set(
                self.browser.expose(),
                self.state.settings.is_https(),
                cookies::BROWSER_AGE,
            )
        })
    }

    /// The CSRF token of this browser and session.
    pub fn csrf(&self) -> String {
        csrf::token(&self.state.master_key, &self.browser, self.session.as_deref())
    }

    /// Whether a form was filled in on a page of ours, in this browser, by whoever is signed in now.
    pub fn is_own_form(&self, token: Option<&str>) -> bool {
        !self.browser_is_new
            && csrf::same_origin(self.request.headers(), self.state.issuer())
            && token.is_some_and(|token| digest::constant_time_eq(token.as_bytes(), self.csrf().as_bytes()))
    }

    /// Whether a page of ours sent the request in this browser, as far as the browser itself says: under whichever sign-in.
    pub fn is_from_own_page(&self) -> bool {
        !self.browser_is_new && csrf::vouched_for(self.request.headers(), self.state.issuer())
    }

    /// A header that is text.
    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        text(self.request.headers(), name)
    }

    /// A parameter of the query, once and not empty.
    pub fn query(&self, name: &str) -> Option<String> {
        let read = crate::protocol::parameters::Parameters::read(&[self.request.query_string().as_bytes()]).ok()?;
        read.get(name).filter(|_| !read.is_repeated(name)).map(str::to_owned)
    }

    /// A part of the path that was declared in braces. actix leaves three characters encoded, since they mean something in a
    /// path; in a part they are themselves.
    pub fn in_path(&self, name: &str) -> String {
        let part = self.request.match_info().query(name);
        let plain = part
            .replace("%2F", "/")
            .replace("%2f", "/")
            .replace("%2B", "+")
            .replace("%2b", "+");
        plain.replace("%25", "%")
    }

    /// The language of the page. `ui_locales` are the wishes of the application.
    pub fn lang(&self, ui_locales: Option<&str>) -> Lang {
        let chosen = self.query("lang");
        let cookie = cookies::read(
            self.request.headers(),
            cookies::LANG.name(self.state.settings.is_https()),
        );
        Wishes {
            chosen: chosen.as_deref(),
            cookie,
            ui_locales,
            accept_language: self.header(header::ACCEPT_LANGUAGE),
        }
        .best()
    }

    /// The frame of a page of this request.
    pub fn shell<'a>(&'a self, lang: Lang, client: Option<ClientBrand<'a>>) -> Shell<'a> {
        let here = self.request.uri().path_and_query().map(|here| here.as_str());
        let shown_by_get = self.request.method() == actix_web::http::Method::GET;
        Shell::new(lang, &self.state.settings.branding.name, here.filter(|_| shown_by_get))
            .for_client(client)
            .looking(Some(self.look()))
    }

    /// The frame of a page with forms.
    pub fn page<'a>(&'a self, lang: Lang, client: Option<ClientBrand<'a>>, csrf: &'a str) -> Page<'a> {
        self.shell(lang, client).with_csrf(csrf)
    }
}

/// What pages show of an application. `host` is where its answer goes.
pub fn brand<'a>(client: &'a Client, host: &'a str) -> ClientBrand<'a> {
    ClientBrand {
        name: &client.metadata.client_name,
        logo_uri: client.metadata.logo_uri.as_deref(),
        policy_uri: client.metadata.policy_uri.as_deref(),
        tos_uri: client.metadata.tos_uri.as_deref(),
        redirect_host: host,
    }
}

/// The host of a redirect URI for people; the scheme of one that opens an application on the device.
pub fn host_of(uri: &str) -> String {
    url::Url::parse(uri).map_or_else(
        |_| String::new(),
        |url| match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => url.scheme().to_owned(),
        },
    )
}

/// The peer; behind trusted proxies the last address in X-Forwarded-For that is not one of them. Read from the right: what
/// stands further left was written by strangers.
fn address(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    // A socket for both families has IPv4 peers in IPv6 clothes.
    let peer = request
        .peer_addr()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded: Vec<_> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut nearest = peer;
    for hop in forwarded.iter().rev() {
        match hop.parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_) => break,
        }
        if !trusted.contains(&nearest) {
            break;
        }
    }
    nearest
}
