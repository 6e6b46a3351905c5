//! What was judged of a request, in the order in which it was: for whoever asks why a request failed. Checks give their
//! verdict as they always do; the trace keeps it with the section that demands it and what to change. Nothing here is sent to
//! clients, and nothing that is secret gets in: a finding shows what was registered and what was sent only where both are
//! public (`docs/troubleshooting.md`).

use super::error::OAuthError;

/// Declares the checks: name, sections, and what to do when nothing more is known.
macro_rules! checks {
    ($($(#[$meta:meta])* $check:ident = $name:literal, $section:literal, $suggestion:literal;)*) => {
        /// What is judged.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Check { $($(#[$meta])* $check,)* }

        impl Check {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$check),*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$check => $name,)* }
            }

            /// Where it is demanded.
            pub fn section(self) -> &'static str {
                match self { $(Self::$check => $section,)* }
            }

            /// What to do when nothing more is known.
            fn suggestion(self) -> &'static str {
                match self { $(Self::$check => $suggestion,)* }
            }
        }
    };
}

checks! {
    /// The request can be read.
    Form = "form", "RFC 6749 section 3.1",
        "Send the parameters as application/x-www-form-urlencoded, secrets in the body and never in the address.";
    /// It is not held back for a while.
    Limit = "limit", "RFC 6749 section 2.3.1",
        "Wait, then send the right secret: too many wrong ones came from this address.";
    /// The client exists.
    Client = "client", "RFC 6749 section 2.2",
        "Use the client_id that registering gave you, at the installation that gave it.";
    /// The request object is the client's.
    RequestObject = "request_object", "OpenID Connect Core section 6.1, RFC 9101",
        "Sign the request object with a key of the client's jwks, with iss the client_id and aud the issuer.";
    /// Where the answer goes is registered.
    RedirectUri = "redirect_uri", "RFC 6749 section 3.1.2.3, RFC 9700 section 2.1",
        "Register the redirect_uri exactly as the application sends it, or make the application send the registered one.";
    /// The way of the answer exists.
    ResponseMode = "response_mode", "OAuth 2.0 Multiple Response Type Encoding Practices section 2.1",
        "Send response_mode=query or form_post, or leave it out.";
    /// Nothing came twice.
    Repeated = "repeated_parameters", "RFC 6749 section 3.1",
        "Send each parameter once.";
    /// Nothing was asked for that is not had.
    Supported = "unsupported_parameters", "OpenID Connect Core section 3.1.2.6",
        "Leave request_uri and registration out.";
    /// The response type exists and is the client's.
    ResponseType = "response_type", "RFC 6749 section 3.1.1",
        "Send response_type=code.";
    /// The client may have something of the scope.
    Scope = "scope", "RFC 6749 section 3.3",
        "Ask for scopes that the client is registered for, or register it for those that it needs.";
    /// The nonce can be carried.
    Nonce = "nonce", "OpenID Connect Core section 3.1.2.1",
        "Send a nonce and a state of at most 2048 bytes each.";
    /// The challenge is one.
    CodeChallenge = "code_challenge", "RFC 7636 section 4.3, RFC 9700 section 2.1.1",
        "Turn PKCE with S256 on in the client library.";
    /// The prompt makes sense.
    Prompt = "prompt", "OpenID Connect Core section 3.1.2.1",
        "Send prompt=none alone.";
    /// The age is one.
    MaxAge = "max_age", "OpenID Connect Core section 3.1.2.1",
        "Send max_age as a whole number of seconds.";
    /// Single claims are asked for in their form.
    Claims = "claims", "OpenID Connect Core section 5.5",
        "Send claims as a JSON object with the members userinfo and id_token.";
    /// The person is signed in, as the request wants it.
    Session = "session", "OpenID Connect Core section 3.1.2.6",
        "With prompt=none the person must be signed in already: on login_required send them here without prompt=none.";
    /// The sign-in is as strong as the request wants it.
    Assurance = "acr", "OpenID Connect Core section 5.5.1.1, RFC 9470",
        "Ask for an acr that the person can reach, or make the claim voluntary.";
    /// The person agrees.
    Consent = "consent", "OpenID Connect Core section 3.1.2.4",
        "Send the person here without prompt=none, so that they can agree; for an application of your own set consent to skip.";
    /// The client says who it is, in one way.
    Credentials = "client_credentials", "RFC 6749 section 2.3.1",
        "Send client_id and client_secret in one way: by HTTP Basic or in the body.";
    /// It is who it says.
    ClientAuthentication = "client_authentication", "RFC 6749 section 2.3",
        "Use the client's secret and the way of sending it that it is registered for.";
    /// The request of the grant is whole.
    GrantRequest = "grant_request", "RFC 6749 sections 4.1.3, 4.4.2 and 6",
        "Send grant_type and the parameters of that grant.";
    /// The client may use the grant.
    GrantAllowed = "grant_allowed", "RFC 6749 section 5.2",
        "Register the client for this grant.";
    /// The code is live.
    Code = "code", "RFC 6749 section 4.1.2",
        "Redeem a code once, within its lifetime.";
    /// The code is the client's.
    CodeClient = "code_client", "RFC 6749 section 4.1.3",
        "Redeem a code with the client_id that asked for it.";
    /// The redirect URI is that of the authorization request.
    CodeRedirectUri = "code_redirect_uri", "RFC 6749 section 4.1.3",
        "Send the same redirect_uri as in the authorization request.";
    /// The verifier answers the challenge.
    CodeVerifier = "code_verifier", "RFC 7636 section 4.6",
        "Keep the code_verifier of this very sign-in and send it with its code.";
    /// The person still is who they were.
    Person = "person", "OpenID Connect Core section 3.1.3.2",
        "Send the person through sign-in again: they signed out, or their account was switched off.";
    /// The refresh token is live.
    RefreshToken = "refresh_token", "RFC 6749 section 6",
        "Use the newest refresh token; when it is refused, send the person through sign-in again.";
    /// It did not come a second time.
    RefreshReuse = "refresh_token_reuse", "RFC 9700 section 4.14.2",
        "Store the new refresh token of every answer before using it, and let one process at a time refresh.";
    /// The access token is one, and alive.
    AccessToken = "access_token", "RFC 6750 section 3.1",
        "Send the access token of the token answer, not the ID token, and refresh it when it has expired.";
    /// What it stands for still is.
    Grant = "grant", "RFC 6750 section 3.1, RFC 7009 section 2.1",
        "Get new tokens: what these were given for has ended.";
    /// It was given for a person with `openid`.
    OpenidScope = "openid_scope", "OpenID Connect Core section 5.3.1",
        "Ask for the scope openid in the authorization request.";
    /// A token was sent.
    Token = "token", "RFC 7662 section 2.1, RFC 7009 section 2.1",
        "Send the token in the body, once, as the parameter token.";
    /// The client may know of the token.
    Permission = "introspection_permission", "RFC 7662 section 4",
        "List the audience of the token in the client's introspects.";
    /// The token is the client's.
    TokenClient = "token_client", "RFC 7009 section 2.1",
        "Revoke a token with the client that it was issued to.";
    /// The installation was able to answer.
    Service = "service", "RFC 6749 section 4.1.2.1",
        "Try again in a moment; if it stays, look for the request id in the log of the server.";
}

/// Why a check failed, or what should be known although it passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub found: String,
    /// What to change.
    pub suggestion: String,
    /// What is registered, where that is what the request differs from.
    pub registered: Vec<String>,
    /// What was sent, where that is public.
    pub sent: Option<String>,
}

impl Finding {
    /// What was found and what to change.
    pub fn new(found: impl Into<String>, suggestion: impl Into<String>) -> Self {
        Self {
            found: found.into(),
            suggestion: suggestion.into(),
            ..Self::default()
        }
    }

    /// With what was sent, cut to a length that can be shown.
    #[must_use]
    pub fn sent(mut self, text: &str) -> Self {
        self.sent = Some(shown(text));
        self
    }

    /// With what is registered.
    #[must_use]
    pub fn registered(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        self.registered = texts.into_iter().collect();
        self
    }
}

/// A text of strangers, as far as it is shown.
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Well.
    Passed,
    /// Well, but there is something to know.
    Noted(Box<Finding>),
    /// Not well: the request ends here.
    Failed(Box<Finding>),
}

/// A check and its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub check: Check,
    /// How it went.
    pub verdict: Verdict,
}

/// The checks of a request, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace(Vec<Step>);

impl Trace {
    /// One with room for the checks of a whole request.
    pub fn with_room() -> Self {
        Self(Vec::with_capacity(16))
    }

    /// Keeps the verdict of a check and gives it back.
    pub fn judge<T>(&mut self, check: Check, result: Result<T, OAuthError>) -> Result<T, OAuthError> {
        match &result {
            Ok(_) => self.pass(check),
            Err(error) => self.refuse(check, error),
        }
        result
    }

    /// The check passed.
    pub fn pass(&mut self, check: Check) {
        self.0.push(Step {
            check,
            verdict: Verdict::Passed,
        });
    }

    /// The check passed, with something to know.
    pub fn note(&mut self, check: Check, finding: Finding) {
        self.0.push(Step {
            check,
            verdict: Verdict::Noted(Box::new(finding)),
        });
    }

    /// The check failed.
    pub fn fail(&mut self, check: Check, finding: Finding) {
        self.0.push(Step {
            check,
            verdict: Verdict::Failed(Box::new(finding)),
        });
    }

    /// The check failed with this error.
    pub fn refuse(&mut self, check: Check, error: &OAuthError) {
        let finding = match &error.finding {
            Some(finding) => (**finding).clone(),
            None => Finding::new(error.description.clone(), check.suggestion()),
        };
        self.fail(check, finding);
    }

    /// Adds what was judged elsewhere, after what is here.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The checks, in order.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether a check failed.
    pub fn has_failed(&self) -> bool {
        self.0.iter().any(|step| matches!(step.verdict, Verdict::Failed(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_name_of_its_own_a_section_and_a_suggestion() {
        let mut names: Vec<_> = Check::ALL.iter().map(|check| check.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Check::ALL.len());
        for check in Check::ALL {
            assert!(
                check.section().contains("section") || check.section().contains("RFC"),
                "{check:?}"
            );
            assert!(check.suggestion().ends_with('.'), "{check:?}");
        }
    }
}
