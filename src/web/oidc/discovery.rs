//! Discovery and keys: bytes that are prepared once. OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3, RFC 7517.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;

use super::super::i18n::Lang;
use crate::crypto::digest;
use crate::identity::assurance;
use crate::protocol::discovery;
use crate::state::State;

/// The document of an issuer and its entity tag.
pub struct Prepared {
    body: String,
    etag: String,
}

/// Holds the document once it was asked for.
#[derive(Default)]
pub struct Document(OnceLock<Prepared>);

/// The discovery document.
pub async fn document(request: actix_web::HttpRequest, state: Data<State>, document: Data<Document>) -> HttpResponse {
    let prepared = document.0.get_or_init(|| {
        let body = discovery::document(state.issuer(), &assurance::ACR_VALUES, &Lang::ALL.map(Lang::tag)).to_string();
        let sum = digest::of_text(&body);
        let etag = format!(
            "\"{}\"",
            sum.as_bytes()
                .iter()
                .take(12)
                .map(|b| format!("{b:02x}"))
                .collect::<String>()
        );
        Prepared { body, etag }
    });
    cached(&request, &prepared.etag, prepared.body.clone())
}

/// The key set.
pub async fn jwks(request: actix_web::HttpRequest, state: Data<State>) -> HttpResponse {
    let keys = state.keys();
    cached(&request, keys.etag(), keys.jwks().to_string())
}

/// A public document: for every origin, kept for five minutes, then asked for by its tag.
fn cached(request: &actix_web::HttpRequest, etag: &str, body: String) -> HttpResponse {
    let known = super::super::headers::text(request.headers(), header::IF_NONE_MATCH)
        .is_some_and(|tags| tags == "*" || tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    if known {
        response.finish()
    } else {
        response.content_type("application/json").body(body)
    }
}
