//! The token endpoint: RFC 6749 sections 3.2, 4 and 6. The request is read once, here; one file per grant judges it.

pub mod authorization_code;
pub mod client_credentials;
pub mod refresh_token;

use serde::Serialize;

use super::error::{ErrorCode, OAuthError};
use super::parameters::Parameters;
use super::trace::Finding;
use crate::model::client::{Client, GrantType};
use crate::model::scope::Scope;
use crate::model::secret::Secret;

/// What a client asks of the token endpoint.
#[derive(Debug)]
pub enum TokenRequest {
    /// RFC 6749 section 4.1.3.
    AuthorizationCode(authorization_code::Redemption),
    /// RFC 6749 section 6.
    RefreshToken(refresh_token::Renewal),
    /// RFC 6749 section 4.4.2.
    ClientCredentials {
        /// The scope asked for.
        scope: Option<Scope>,
    },
}

/// Reads the form. Parameters that are not the grant's are ignored, repeated ones are an error.
pub fn parse(body: &Parameters) -> Result<TokenRequest, OAuthError> {
    let invalid = |why| OAuthError::new(ErrorCode::InvalidRequest, why);
    if body.any_repeated() {
        let error = invalid("a parameter was sent more than once");
        return Err(error.explained(super::authorize::repeated(body)));
    }
    let name = body.get("grant_type").ok_or(invalid("grant_type is missing"))?;
    let grant = GrantType::parse(name).ok_or_else(|| {
        OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant_type is not supported").explained(
            Finding::new(
                "the grant_type does not exist here",
                "Use authorization_code with PKCE for people, client_credentials for a service on its own.",
            )
            .registered(GrantType::ALL.map(|grant| grant.as_str().to_owned()))
            .sent(name),
        )
    })?;
    match grant {
        GrantType::AuthorizationCode => Ok(TokenRequest::AuthorizationCode(authorization_code::Redemption {
            code: Secret::new(body.get("code").ok_or(invalid("code is missing"))?.to_owned()),
            redirect_uri: body.get("redirect_uri").map(str::to_owned),
            code_verifier: body.get("code_verifier").map(str::to_owned),
        })),
        GrantType::RefreshToken => Ok(TokenRequest::RefreshToken(refresh_token::Renewal {
            token: Secret::new(
                body.get("refresh_token")
                    .ok_or(invalid("refresh_token is missing"))?
                    .to_owned(),
            ),
            scope: asked_scope(body)?,
        })),
        GrantType::ClientCredentials => Ok(TokenRequest::ClientCredentials {
            scope: asked_scope(body)?,
        }),
    }
}

fn asked_scope(body: &Parameters) -> Result<Option<Scope>, OAuthError> {
    body.get("scope")
        .map(Scope::parse)
        .transpose()
        .map_err(|_| OAuthError::new(ErrorCode::InvalidScope, "scope is malformed or too long"))
}

impl TokenRequest {
    /// Whether the client is registered for the grant (RFC 6749 section 5.2, `unauthorized_client`).
    pub fn allowed_for(&self, client: &Client) -> Result<(), OAuthError> {
        let grant = match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        };
        match client.may(grant) {
            true => Ok(()),
            false => Err(OAuthError::new(
                ErrorCode::UnauthorizedClient,
                "this client is not registered for this grant",
            )
            .explained(
                Finding::new(
                    "the client is not registered for this grant",
                    format!("Add {} to the grant_types of the client.", grant.as_str()),
                )
                .registered(
                    client
                        .metadata
                        .grant_types
                        .iter()
                        .map(|grant| grant.as_str().to_owned()),
                )
                .sent(grant.as_str()),
            )),
        }
    }
}

/// The answer of RFC 6749 section 5.1 and OpenID Connect Core section 3.1.3.3.
#[derive(Serialize)]
pub struct TokenAnswer {
    /// A JWT of RFC 9068.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// The granted scope.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// For a client that may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// For a grant with `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ErrorCode {
        parse(&Parameters::read(&[text.as_bytes()]).unwrap()).unwrap_err().code
    }

    #[test]
    fn rfc6749_5_2_what_is_no_token_request() {
        assert_eq!(code(""), ErrorCode::InvalidRequest);
        assert_eq!(code("grant_type=authorization_code"), ErrorCode::InvalidRequest);
        assert_eq!(code("grant_type=refresh_token"), ErrorCode::InvalidRequest);
        assert_eq!(
            code("grant_type=password&username=a&password=b"),
            ErrorCode::UnsupportedGrantType
        );
        assert_eq!(code("grant_type=nope"), ErrorCode::UnsupportedGrantType);
        assert_eq!(
            code("grant_type=client_credentials&grant_type=client_credentials"),
            ErrorCode::InvalidRequest
        );
        assert_eq!(
            code("grant_type=authorization_code&code=a&code=b"),
            ErrorCode::InvalidRequest
        );
    }
}
