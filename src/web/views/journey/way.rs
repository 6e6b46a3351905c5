//! What the forms of a journey carry along, and why somebody is on it.

use url::form_urlencoded;

use crate::web::i18n::{Rich, Translator};
use crate::web::views::{ClientBrand, paths};

/// Where the forms of a page post, and what they carry along.
#[derive(Debug, Clone, Copy, Default)]
pub struct Way<'a> {
    /// The path of ours that takes the page's main form.
    pub action: &'a str,
    /// The journey, as `journey`; `None` while it is not stored.
    pub journey: Option<&'a str>,
    /// The request that waits for it, as `flow`.
    pub flow: Option<&'a str>,
}

impl Way<'_> {
    /// A page of ours beside the journey, with what it needs to find back.
    pub(super) fn beside(&self, path: &str) -> String {
        address(path, &[("journey", self.journey), ("flow", self.flow)])
    }

    /// A page of ours that begins anew on the way to the same app.
    pub(super) fn anew(&self, path: &str) -> String {
        address(path, &[("flow", self.flow)])
    }

    /// The sign-in page, for another account than the one that was named.
    pub(super) fn other(&self) -> String {
        address(paths::SIGN_IN, &[("flow", self.flow), ("other", Some("yes"))])
    }
}

/// `path` with those parameters that are there.
fn address(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Why somebody is asked for a proof; the words around it differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// To sign in.
    SignIn,
    /// The app asks somebody who is signed in to sign in again.
    Again,
    /// The app asks for another proof, beside those that the session has shown.
    StepUp,
    /// Something that matters is about to be changed.
    Sensitive,
    /// To set a new password.
    Recover,
}

impl Why {
    /// The title where the reason is more than the proof.
    pub(super) fn title(self, t: Translator) -> Option<&'static str> {
        match self {
            Self::Again | Self::StepUp | Self::Sensitive => Some(t.get("why.again_title")),
            Self::SignIn | Self::Recover => None,
        }
    }

    /// The reason in a sentence, with the name of the app where it is one of an app.
    pub(super) fn reason(self, t: Translator, client: Option<&ClientBrand<'_>>) -> Option<Rich> {
        let (unnamed, named) = match self {
            Self::Again => ("why.again", "why.again_by"),
            Self::StepUp => ("why.step_up", "why.step_up_by"),
            Self::Sensitive => return Some(t.say("why.sensitive").rich()),
            Self::SignIn | Self::Recover => return None,
        };
        Some(match client {
            Some(client) => t.say(named).with("client", client.name).rich(),
            None => t.say(unnamed).rich(),
        })
    }

    /// Whether it may be somebody else who goes on.
    pub(super) fn may_be_another(self) -> bool {
        self != Self::Sensitive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_carries_what_there_is() {
        let way = Way {
            journey: Some("a b"),
            flow: Some("f&g"),
            ..Way::default()
        };
        assert_eq!(way.beside("/x"), "/x?journey=a+b&flow=f%26g");
        assert_eq!(way.anew("/x"), "/x?flow=f%26g");
        assert_eq!(way.other(), "/sign-in?flow=f%26g&other=yes");
        assert_eq!(Way::default().beside("/x"), "/x");
    }
}
