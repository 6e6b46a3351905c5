//! The playground as a client: it knows the server by HTTP alone, and verifies tokens with the published keys.

use std::net::SocketAddr;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Map, Value};

use super::super::i18n::Translator;
use super::super::oidc::paths;
use super::super::views::{Check, Row, Step};
use super::run::{Run, Tokens, decode};
use super::steps;

/// The client.
pub struct RelyingParty {
    server: SocketAddr,
}

impl RelyingParty {
    /// Takes the address of the server.
    pub fn new(server: SocketAddr) -> Self {
        Self { server }
    }

    /// Exchanges a code.
    pub async fn exchange(&self, t: Translator, run: &Run, code: &str, client_id: &str) -> (Step, Option<Tokens>) {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("code", code),
            ("redirect_uri", run.parameter("redirect_uri")),
            ("code_verifier", &run.verifier),
        ];
        let (title, explain) = (
            t.get("playground.step_exchange"),
            t.get("playground.step_exchange_text"),
        );
        self.token_step(t, title, explain, &form).await
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, t: Translator, refresh_token: &str, client_id: &str) -> (Step, Option<Tokens>) {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", client_id),
            ("refresh_token", refresh_token),
        ];
        let (title, explain) = (t.get("playground.step_refresh"), t.get("playground.step_refresh_text"));
        self.token_step(t, title, explain, &form).await
    }

    /// Revokes a refresh token; what comes of it is nobody's business.
    pub async fn revoke(&self, token: &str, client_id: &str) {
        let _answer = self
            .post(paths::REVOKE, &[("token", token), ("client_id", client_id)])
            .await;
    }

    async fn token_step(
        &self,
        t: Translator,
        title: &str,
        explain: &str,
        form: &[(&str, &str)],
    ) -> (Step, Option<Tokens>) {
        let (status, answer) = self.post(paths::TOKEN, form).await.unwrap_or((0, Value::Null));
        let rows = form.iter().map(|(name, value)| Row {
            name: (*name).to_owned(),
            value: steps::shorten(value),
            ..Row::default()
        });
        let step = Step {
            title: title.to_owned(),
            explain: explain.to_owned(),
            rows: rows.collect(),
            json: Some(steps::pretty(&steps::shortened(&answer))),
            checks: vec![Check {
                ok: status == 200,
                text: t.get("playground.check_answer").to_owned(),
            }],
        };
        (step, serde_json::from_value(answer).ok().filter(|_| status == 200))
    }

    /// Verifies the tokens and asks userinfo: one step each.
    pub async fn verify(
        &self,
        t: Translator,
        tokens: &Tokens,
        issuer: &str,
        client_id: &str,
        nonce: Option<&str>,
    ) -> Vec<Step> {
        let keys: JwkSet = self
            .get(paths::JWKS, None)
            .await
            .and_then(|(_, keys)| serde_json::from_value(keys).ok())
            .unwrap_or(JwkSet { keys: Vec::new() });
        let mut shown = Vec::new();
        let mut subject = Value::Null;
        if let Some(token) = &tokens.id_token {
            let (title, explain) = (
                t.get("playground.step_id_token"),
                t.get("playground.step_id_token_text"),
            );
            let (mut step, claims) = verified(t, title, explain, token, &keys, issuer, client_id);
            if let Some(nonce) = nonce {
                let same = claims.get("nonce").and_then(Value::as_str) == Some(nonce);
                step.checks.push(Check {
                    ok: same,
                    text: t.get("playground.check_nonce").to_owned(),
                });
            }
            subject = claims.get("sub").cloned().unwrap_or_default();
            shown.push(step);
        }
        let (title, explain) = (
            t.get("playground.step_access_token"),
            t.get("playground.step_access_token_text"),
        );
        let (mut step, _) = verified(t, title, explain, &tokens.access_token, &keys, issuer, issuer);
        let typ = decode(&tokens.access_token).and_then(|(header, _)| header.get("typ").cloned());
        step.checks.push(Check {
            ok: typ == Some("at+jwt".into()),
            text: t.get("playground.check_typ").to_owned(),
        });
        shown.push(step);
        if let Some((status, claims)) = self.get(paths::USERINFO, Some(&tokens.access_token)).await {
            let mut checks = vec![Check {
                ok: status == 200,
                text: t.get("playground.check_answer").to_owned(),
            }];
            if !subject.is_null() {
                let same = claims.get("sub") == Some(&subject);
                checks.push(Check {
                    ok: same,
                    text: t.get("playground.check_subject").to_owned(),
                });
            }
            shown.push(Step {
                title: t.get("playground.step_userinfo").to_owned(),
                explain: t.get("playground.step_userinfo_text").to_owned(),
                rows: steps::rows(claims.as_object().unwrap_or(&Map::new())),
                json: Some(steps::pretty(&claims)),
                checks,
            });
        }
        shown
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Option<(u16, Value)> {
        let mut answer = awc::Client::default()
            .post(self.address(path))
            .send_form(&form)
            .await
            .ok()?;
        let body = answer.body().await.ok()?;
        Some((
            answer.status().as_u16(),
            serde_json::from_slice(&body).unwrap_or_default(),
        ))
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Option<(u16, Value)> {
        let mut request = awc::Client::default().get(self.address(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let mut answer = request.send().await.ok()?;
        let body = answer.body().await.ok()?;
        Some((
            answer.status().as_u16(),
            serde_json::from_slice(&body).unwrap_or_default(),
        ))
    }

    fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.server)
    }
}

/// Verifies one token the way a service does: key by `kid` from the published set, then issuer, audience and lifetime.
fn verified(
    t: Translator,
    title: &str,
    explain: &str,
    token: &str,
    keys: &JwkSet,
    issuer: &str,
    audience: &str,
) -> (Step, Map<String, Value>) {
    let (header, claims) = decode(token).unwrap_or_default();
    let judge = |change: &dyn Fn(&mut Validation)| {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let jwk = keys.find(header.kid.as_deref()?)?;
        let mut validation = Validation::new(header.alg);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        change(&mut validation);
        jsonwebtoken::decode::<Map<String, Value>>(token, &DecodingKey::from_jwk(jwk).ok()?, &validation).ok()
    };
    let check = |key, change: &dyn Fn(&mut Validation)| Check {
        ok: judge(change).is_some(),
        text: t.get(key).to_owned(),
    };
    let checks = vec![
        check("playground.check_signature", &|_| {}),
        check("playground.check_issuer", &|validation| {
            validation.set_issuer(&[issuer])
        }),
        check("playground.check_audience", &|validation| {
            validation.validate_aud = true;
            validation.set_audience(&[audience]);
        }),
        check("playground.check_expiry", &|validation| validation.validate_exp = true),
    ];
    let step = Step {
        title: title.to_owned(),
        explain: explain.to_owned(),
        rows: steps::rows(&claims),
        json: Some(steps::pretty(
            &serde_json::json!({ "header": header, "claims": claims }),
        )),
        checks,
    };
    (step, claims)
}
