//! Authorization responses: OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, OAuth 2.0 Form Post Response
//! Mode, RFC 9207.

use super::error::OAuthError;

/// How the response reaches the client (`response_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ResponseMode {
    /// In the query of a redirect.
    #[default]
    Query,
    /// In a form that submits itself.
    FormPost,
}

impl ResponseMode {
    /// Every mode, as discovery lists them.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    /// Reads a registered name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// Where an authorization response goes. Only `checks::redirect_uri` makes one, after the URI proved to be registered:
/// whoever holds a target may send the browser there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseTarget {
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
}

impl ResponseTarget {
    pub(super) fn new(redirect_uri: String, mode: ResponseMode, state: Option<String>) -> Self {
        Self {
            redirect_uri,
            mode,
            state,
        }
    }

    pub(super) fn with_mode(self, mode: ResponseMode) -> Self {
        Self { mode, ..self }
    }

    /// The redirect URI as the request named it.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The response with a code.
    pub fn success(&self, issuer: &str, code: &str) -> AuthorizationReply {
        self.reply(issuer, vec![("code", code.to_owned())])
    }

    /// The response with an error (RFC 6749 section 4.1.2.1).
    pub fn failure(&self, issuer: &str, error: &OAuthError) -> AuthorizationReply {
        self.reply(
            issuer,
            vec![
                ("error", error.code.as_str().to_owned()),
                ("error_description", error.description.to_string()),
            ],
        )
    }

    fn reply(&self, issuer: &str, mut fields: Vec<(&'static str, String)>) -> AuthorizationReply {
        if let Some(state) = &self.state {
            fields.push(("state", state.clone()));
        }
        fields.push(("iss", issuer.to_owned()));
        match self.mode {
            ResponseMode::Query => AuthorizationReply::Redirect {
                location: with_query(&self.redirect_uri, &fields),
            },
            ResponseMode::FormPost => AuthorizationReply::FormPost {
                action: self.redirect_uri.clone(),
                fields,
            },
        }
    }
}

/// A response, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationReply {
    /// Send the browser to this address.
    Redirect {
        /// The whole URI.
        location: String,
    },
    /// Show a form that submits itself.
    FormPost {
        /// The client's redirect URI.
        action: String,
        /// Hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

/// Adds parameters to the query; what the URI had stays as it is (RFC 6749 section 3.1.2).
fn with_query(uri: &str, fields: &[(&'static str, String)]) -> String {
    let added = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let joint = match uri.find('?') {
        None => "?",
        Some(at) if at + 1 == uri.len() || uri.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{added}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(uri: &str, state: Option<&str>) -> String {
        let target = ResponseTarget::new(uri.into(), ResponseMode::Query, state.map(str::to_owned));
        match target.success("https://id.example", "c") {
            AuthorizationReply::Redirect { location } => location,
            AuthorizationReply::FormPost { .. } => unreachable!(),
        }
    }

    #[test]
    fn rfc6749_3_1_2_the_registered_query_is_kept() {
        assert_eq!(
            location("https://a/cb?x=1", None),
            "https://a/cb?x=1&code=c&iss=https%3A%2F%2Fid.example"
        );
        assert_eq!(
            location("https://a/cb", None),
            "https://a/cb?code=c&iss=https%3A%2F%2Fid.example"
        );
        assert_eq!(
            location("https://a/cb?", None),
            "https://a/cb?code=c&iss=https%3A%2F%2Fid.example"
        );
    }

    #[test]
    fn rfc6749_4_1_2_state_comes_back_byte_for_byte() {
        let state = format!("{}&=+%\" <>ü", "s".repeat(128));
        let url = url::Url::parse(&location("https://a/cb", Some(&state))).unwrap();
        let back = url
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned();
        assert_eq!(back, state);
    }
}
