//! What the playground shows of each step.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::super::i18n::Translator;
use super::super::views::{Check, Row, Step};
use super::run::Run;

/// The S256 challenge of a verifier (RFC 7636 section 4.2).
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(crate::crypto::digest::of_text(verifier).as_bytes())
}

/// The authorization request.
pub fn request(t: Translator, run: &Run) -> Step {
    let rows = run.request.iter().map(|(name, value)| Row {
        name: (*name).to_owned(),
        value: value.clone(),
        explain: explain(t, name).to_owned(),
        highlight: false,
    });
    Step {
        title: t.get("playground.step_request").to_owned(),
        explain: t.get("playground.step_request_text").to_owned(),
        rows: rows.collect(),
        ..Step::default()
    }
}

/// The answer at the redirect URI.
pub fn response(t: Translator, run: &Run, answer: &[(String, String)], issuer: &str) -> Step {
    let parameter = |wanted: &str| {
        answer
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    let rows = answer.iter().map(|(name, value)| Row {
        name: name.clone(),
        value: if name == "code" { shorten(value) } else { value.clone() },
        explain: explain(t, name).to_owned(),
        highlight: name == "error",
    });
    let check = |ok, key| Check {
        ok,
        text: t.get(key).to_owned(),
    };
    Step {
        title: t.get("playground.step_response").to_owned(),
        explain: t.get("playground.step_response_text").to_owned(),
        rows: rows.collect(),
        json: None,
        checks: vec![
            check(
                parameter("state") == Some(run.parameter("state")),
                "playground.check_state",
            ),
            check(parameter("iss") == Some(issuer), "playground.check_iss"),
        ],
    }
}

fn explain(t: Translator, name: &str) -> &'static str {
    match name {
        "client_id" => t.get("playground.param_client_id"),
        "redirect_uri" => t.get("playground.param_redirect_uri"),
        "response_type" => t.get("playground.param_response_type"),
        "scope" => t.get("playground.param_scope"),
        "state" => t.get("playground.param_state"),
        "nonce" => t.get("playground.param_nonce"),
        "code_challenge" => t.get("playground.param_code_challenge"),
        "code_challenge_method" => t.get("playground.param_code_challenge_method"),
        "prompt" => t.get("playground.param_prompt"),
        "code" => t.get("playground.param_code"),
        "iss" => t.get("playground.param_iss"),
        "error" => t.get("playground.param_error"),
        _ => "",
    }
}

/// Whether every check of every step passed.
pub fn all_passed(steps: &[Step]) -> bool {
    steps.iter().flat_map(|step| &step.checks).all(|check| check.ok)
}

/// Claims as rows; `role` and `plan` stand out.
pub fn rows(claims: &Map<String, Value>) -> Vec<Row> {
    let row = |(name, value): (&String, &Value)| Row {
        name: name.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        explain: String::new(),
        highlight: name == "role" || name == "plan",
    };
    claims.iter().map(row).collect()
}

/// A long secret for the eye: its beginning and its length.
pub fn shorten(value: &str) -> String {
    match value.char_indices().nth(24) {
        Some((at, _)) if value.len() > 40 => format!("{}… ({})", value.get(..at).unwrap_or_default(), value.len()),
        _ => value.to_owned(),
    }
}

/// An answer with its tokens shortened.
pub fn shortened(answer: &Value) -> Value {
    let Some(members) = answer.as_object() else {
        return answer.clone();
    };
    let short = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.clone(), |text| shorten(text).into())
    };
    members
        .iter()
        .map(|(name, value)| (name.clone(), short(value)))
        .collect::<Map<_, _>>()
        .into()
}

/// A document for the eye.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
