//! Authorization requests: parameters and the client's registration in, a typed request or a refusal out.
//! RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.

use super::checks;
use super::checks::prompt::Prompt;
use super::error::{ErrorCode, OAuthError};
use super::parameters::Parameters;
use super::response::ResponseTarget;
use super::scopes;
use super::trace::{Check, Finding, Trace, shown};
use crate::model::Timestamp;
use crate::model::claims_request::ClaimsRequest;
use crate::model::client::Client;
use crate::model::scope::Scope;

/// A request that may be answered by a redirect, because its redirect URI is registered.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizeRequest {
    /// Where the answer goes.
    pub target: ResponseTarget,
    /// What the client may have of what it asked for.
    pub scope: Scope,
    /// Echoed in the ID token.
    pub nonce: Option<String>,
    /// The S256 challenge.
    pub code_challenge: Option<String>,
    /// What the person is to see.
    pub prompt: Prompt,
    /// Seconds since the last proof that are still good enough.
    pub max_age: Option<i64>,
    /// Single claims asked for.
    pub claims: ClaimsRequest,
    /// Who the client thinks the person is: prefills the sign-in page.
    pub login_hint: Option<String>,
    /// An ID token of ours that names the person expected.
    pub id_token_hint: Option<String>,
    /// Languages of the pages, best first.
    pub ui_locales: Option<String>,
    /// The assurances that would please the client, best first.
    pub acr_values: Vec<String>,
}

/// An assurance that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcrWish {
    /// Any of these.
    pub values: Vec<String>,
    /// Whether nothing less will do.
    pub essential: bool,
}

impl AuthorizeRequest {
    /// The assurance that the client and this request of it ask for, each wish in turn: any of its values will do, and where
    /// it is essential nothing less (Core sections 3.1.2.1 and 5.5.1.1, Registration section 2, RFC 9470 section 4).
    pub fn wanted_acr(&self, client: &Client) -> Vec<AcrWish> {
        let metadata = &client.metadata;
        let least = metadata.minimum_acr.iter().cloned().collect();
        let (claimed, essential) = match self.claims.id_token.get("acr") {
            Some(wish) => {
                let values = wish.values.iter().filter_map(|value| value.as_str());
                (values.map(str::to_owned).collect(), wish.essential)
            }
            None => (Vec::new(), false),
        };
        let wished = match (claimed.is_empty(), self.acr_values.is_empty()) {
            (false, _) => claimed,
            (true, false) => self.acr_values.clone(),
            (true, true) => metadata.default_acr_values.clone(),
        };
        [
            AcrWish {
                values: least,
                essential: true,
            },
            AcrWish {
                values: wished,
                essential,
            },
        ]
        .into_iter()
        .filter(|wish| !wish.values.is_empty())
        .collect()
    }

    /// Whether it is an OpenID Connect request at all.
    pub fn is_openid(&self) -> bool {
        self.scope.contains(scopes::OPENID)
    }
}

/// A request that is not answered with a page of ours or a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Shown on our own origin: we cannot know that the redirect URI is the client's.
    Shown(OAuthError),
    /// Sent to the client.
    Sent(ResponseTarget, OAuthError),
}

/// Which client a request names. Judged before the client is looked up.
pub fn client_id(parameters: &Parameters) -> Result<&str, OAuthError> {
    if parameters.is_repeated("client_id") {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "client_id was sent more than once",
        ));
    }
    parameters
        .get("client_id")
        .ok_or(OAuthError::new(ErrorCode::InvalidRequest, "client_id is missing"))
}

/// The error for a client that does not exist or is switched off: the same for both.
pub fn unknown_client() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "there is no such client")
}

/// Which of both it is, for the trace.
pub fn no_client(named: &str, is_disabled: bool) -> Finding {
    // Who swaps the two sends a secret where everybody may look.
    if named.starts_with("pg") && named.as_bytes().get(3) == Some(&b'_') {
        return Finding::new(
            "what came as client_id looks like a secret",
            "Look whether client_id and client_secret are swapped, and rotate the secret: it may stand in logs now.",
        );
    }
    match is_disabled {
        true => Finding::new("the client is switched off", "Switch the client on again."),
        false => Finding::new(
            "no client has this client_id",
            "Use the client_id that registering gave you, at the installation that gave it.",
        ),
    }
    .sent(named)
}

/// The parameters with those of a signed request object unfolded. To be judged and, while the person is asked, kept in
/// place of what came: a request object lives for minutes only.
pub fn unfold(
    parameters: &Parameters,
    client: &Client,
    issuer: &str,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<Option<Parameters>, Refusal> {
    let unfolded = checks::request_object::unfold(parameters, client, issuer, now);
    match &unfolded {
        Ok(None) => {}
        Ok(Some(_)) => trace.pass(Check::RequestObject),
        Err(error) => trace.refuse(Check::RequestObject, error),
    }
    unfolded.map_err(|error| {
        // Nothing inside can be believed: the answer goes where the request said outside, if that is the client's.
        match checks::redirect_uri::check(parameters, client) {
            Ok(target) => {
                let mode = checks::response_mode::check(parameters).unwrap_or_default();
                Refusal::Sent(target.with_mode(mode), error)
            }
            Err(shown) => Refusal::Shown(shown),
        }
    })
}

/// Judges a request: the checks in one column, each with its line in the trace. `pkce_required` is the installation's setting
/// for confidential clients.
pub fn parse(
    parameters: &Parameters,
    client: &Client,
    pkce_required: bool,
    trace: &mut Trace,
) -> Result<AuthorizeRequest, Refusal> {
    // From here on errors go to the client ...
    let target = trace
        .judge(Check::RedirectUri, checks::redirect_uri::check(parameters, client))
        .map_err(Refusal::Shown)?;
    // ... in the way that it asked for, where that can be read.
    let mode = checks::response_mode::check(parameters);
    let target = target.with_mode(mode.clone().unwrap_or_default());
    let judged = (|| {
        trace.judge(Check::ResponseMode, mode)?;
        trace.judge(Check::Repeated, not_repeated(parameters))?;
        trace.judge(Check::Supported, checks::request_object::check(parameters))?;
        trace.judge(Check::ResponseType, checks::response_type::check(parameters, client))?;
        Ok(AuthorizeRequest {
            target: target.clone(),
            scope: scope(parameters, client, trace)?,
            nonce: trace.judge(Check::Nonce, checks::nonce::check(parameters))?,
            code_challenge: trace.judge(
                Check::CodeChallenge,
                checks::pkce::challenge(parameters, client, pkce_required),
            )?,
            prompt: trace.judge(Check::Prompt, checks::prompt::check(parameters))?,
            max_age: trace.judge(Check::MaxAge, checks::max_age::check(parameters, client))?,
            claims: trace.judge(Check::Claims, checks::claims::check(parameters))?,
            login_hint: parameters.get("login_hint").map(str::to_owned),
            id_token_hint: parameters.get("id_token_hint").map(str::to_owned),
            ui_locales: parameters.get("ui_locales").map(str::to_owned),
            acr_values: parameters
                .get("acr_values")
                .unwrap_or_default()
                .split_ascii_whitespace()
                .take(16)
                .map(str::to_owned)
                .collect(),
        })
    })();
    judged.map_err(|error| Refusal::Sent(target, error))
}

/// The scope, with what was left out of it in the trace.
fn scope(parameters: &Parameters, client: &Client, trace: &mut Trace) -> Result<Scope, OAuthError> {
    let granted = checks::scope::check(parameters, client);
    let dropped = granted
        .as_ref()
        .ok()
        .and_then(|granted| checks::scope::dropped(parameters, client, granted));
    match (&granted, dropped) {
        (Ok(_), None) => trace.pass(Check::Scope),
        (Ok(_), Some(finding)) => trace.note(Check::Scope, finding),
        (Err(error), _) => trace.refuse(Check::Scope, error),
    }
    granted
}

fn not_repeated(parameters: &Parameters) -> Result<(), OAuthError> {
    let error = OAuthError::new(ErrorCode::InvalidRequest, "a parameter was sent more than once");
    match parameters.any_repeated() {
        false => Ok(()),
        true => Err(error.explained(repeated(parameters))),
    }
}

/// Which parameters came more than once.
pub fn repeated(parameters: &Parameters) -> Finding {
    let names: Vec<_> = parameters.repeated().map(shown).take(10).collect();
    Finding::new(
        format!("sent more than once: {}", names.join(" ")),
        "Send each parameter once; query and body count together.",
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::response::{AuthorizationReply, ResponseMode};
    use super::*;
    use crate::model::client::{AuthMethod, ClientMetadata, GrantType};
    use crate::model::redirect_uri::RedirectUri;

    /// A confidential client for tests of the protocol room.
    pub(crate) fn client() -> Client {
        Client {
            id: "web".into(),
            secret: None,
            previous_secret: None,
            metadata: ClientMetadata {
                client_name: "Web".into(),
                redirect_uris: vec![RedirectUri::register("https://app.example/cb").unwrap()],
                grant_types: GrantType::ALL.to_vec(),
                scope: scopes::default_for_clients(),
                ..ClientMetadata::default()
            },
            disabled_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            revision: 1,
        }
    }

    /// The same without a secret.
    pub(crate) fn public_client() -> Client {
        let mut client = client();
        client.metadata.token_endpoint_auth_method = AuthMethod::None;
        client
    }

    fn parameters(text: &str) -> Parameters {
        Parameters::read(&[text.as_bytes()]).unwrap()
    }

    const GOOD: &str =
        "client_id=web&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&scope=openid&state=s";

    fn sent(text: &str) -> (ErrorCode, AuthorizationReply) {
        match parse(&parameters(text), &client(), false, &mut Trace::default()) {
            Err(Refusal::Sent(target, error)) => (error.code, target.failure("https://id.example", &error)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_good_request() {
        let request = parse(&parameters(GOOD), &client(), false, &mut Trace::default()).unwrap();
        assert!(request.is_openid());
        assert_eq!(request.target.redirect_uri(), "https://app.example/cb");
    }

    #[test]
    fn rfc6749_4_1_2_1_a_bad_redirect_uri_is_shown_not_sent() {
        for text in [
            "client_id=web&response_type=code",
            "client_id=web&response_type=code&redirect_uri=https%3A%2F%2Fevil.test%2F",
            "client_id=web&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&redirect_uri=https%3A%2F%2Fevil.test",
        ] {
            assert!(
                matches!(
                    parse(&parameters(text), &client(), false, &mut Trace::default()),
                    Err(Refusal::Shown(_))
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn rfc6749_3_1_a_repeated_parameter_is_an_error_of_the_request() {
        for name in ["state", "scope", "nonce", "code_challenge", "response_type", "prompt"] {
            let (code, reply) = sent(&format!("{GOOD}&{name}=a&{name}=b"));
            assert_eq!(code, ErrorCode::InvalidRequest, "{name}");
            let AuthorizationReply::Redirect { location } = reply else {
                panic!()
            };
            assert_eq!(location.contains("state="), name != "state", "{location}");
        }
    }

    #[test]
    fn response_types_with_tokens_in_the_front_channel_do_not_exist() {
        for response_type in [
            "token",
            "id_token",
            "id_token token",
            "code token",
            "code id_token",
            "nonsense",
        ] {
            let text = GOOD.replace(
                "response_type=code",
                &format!("response_type={}", response_type.replace(' ', "+")),
            );
            assert_eq!(sent(&text).0, ErrorCode::UnsupportedResponseType, "{response_type}");
        }
        assert_eq!(
            sent(&GOOD.replace("response_type=code", "")).0,
            ErrorCode::InvalidRequest
        );
    }

    #[test]
    fn core_3_1_2_6_what_is_not_supported_is_refused_not_ignored() {
        assert_eq!(
            sent(&format!("{GOOD}&request_uri=https%3A%2F%2Fx")).0,
            ErrorCode::RequestUriNotSupported
        );
        assert_eq!(
            sent(&format!("{GOOD}&registration=%7B%7D")).0,
            ErrorCode::RegistrationNotSupported
        );
    }

    #[test]
    fn core_3_1_2_1_prompt_none_stands_alone() {
        assert_eq!(sent(&format!("{GOOD}&prompt=none+login")).0, ErrorCode::InvalidRequest);
    }

    #[test]
    fn form_post_carries_errors_too_and_unknown_modes_are_refused() {
        let (_, reply) = sent(&format!(
            "{}&response_mode=form_post",
            GOOD.replace("response_type=code", "response_type=x")
        ));
        assert!(matches!(reply, AuthorizationReply::FormPost { .. }));
        for mode in ["web_message", "fragment", "jwt"] {
            assert_eq!(
                sent(&format!("{GOOD}&response_mode={mode}")).0,
                ErrorCode::InvalidRequest,
                "{mode}"
            );
        }
        assert_eq!(ResponseMode::parse("query"), Some(ResponseMode::Query));
    }

    #[test]
    fn rfc6749_3_3_scopes_that_the_client_may_not_have_are_dropped() {
        let request = parse(
            &parameters(&GOOD.replace("scope=openid", "scope=openid+admin")),
            &client(),
            false,
            &mut Trace::default(),
        )
        .unwrap();
        assert_eq!(request.scope.to_string(), "openid");
        assert_eq!(
            sent(&GOOD.replace("scope=openid", "scope=admin")).0,
            ErrorCode::InvalidScope
        );
        let huge = "a".repeat(100_000);
        assert_eq!(
            sent(&GOOD.replace("scope=openid", &format!("scope={huge}"))).0,
            ErrorCode::InvalidScope
        );
    }

    #[test]
    fn a_nonce_is_carried_whole_or_refused() {
        assert_eq!(
            sent(&format!("{GOOD}&nonce={}", "n".repeat(16 * 1024))).0,
            ErrorCode::InvalidRequest
        );
        let request = parse(
            &parameters(&format!("{GOOD}&nonce={}", "n".repeat(64))),
            &client(),
            false,
            &mut Trace::default(),
        )
        .unwrap();
        assert_eq!(request.nonce.map(|nonce| nonce.len()), Some(64));
    }

    #[test]
    fn core_3_1_2_1_max_age_must_be_a_number() {
        for bad in ["-1", "x", "1.5", "99999999999"] {
            assert_eq!(
                sent(&format!("{GOOD}&max_age={bad}")).0,
                ErrorCode::InvalidRequest,
                "{bad}"
            );
        }
    }
}
