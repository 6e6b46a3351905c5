//! The consent page: who asks, as whom, for what, and where "Allow" leads.

use askama::Template;

use super::{ClientBrand, Page, paths};
use crate::web::i18n::Translator;

/// GET and POST [`paths::CONSENT`].
///
/// Posts `csrf`, `flow` and `decision` (`allow` or `deny`); a second form posts `csrf`, `flow` and `switch=yes` to sign
/// in as somebody else.
#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// Frame and CSRF token; the frame's own client is not looked at.
    pub page: Page<'a>,
    /// The flow that waits for the decision.
    pub flow: &'a str,
    /// The app that asks.
    pub client: ClientBrand<'a>,
    /// The e-mail address of the person who is asked.
    pub account: &'a str,
    /// What is asked for, in the order of the request.
    pub scopes: Vec<ScopeLine<'a>>,
}

/// One scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeLine<'a> {
    /// The scope's name.
    pub name: &'a str,
    /// What the API behind a scope of its own says about it; ignored for the scopes of OpenID Connect.
    pub description: Option<&'a str>,
}

/// How much a scope gives away; the page groups by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Who somebody is.
    Identity,
    /// How to reach somebody in the world.
    Contact,
    /// Access that goes on when nobody is there.
    Lasting,
    /// Things in the app's own services.
    Api,
}

impl Weight {
    const ALL: [Self; 4] = [Self::Identity, Self::Contact, Self::Lasting, Self::Api];

    const fn key(self) -> &'static str {
        match self {
            Self::Identity => "consent.group_identity",
            Self::Contact => "consent.group_contact",
            Self::Lasting => "consent.group_lasting",
            Self::Api => "consent.group_api",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Identity => "person",
            Self::Contact => "home",
            Self::Lasting => "clock",
            Self::Api => "key",
        }
    }
}

impl<'a> ScopeLine<'a> {
    fn known(&self) -> (Weight, Option<&'static str>) {
        match self.name {
            "openid" => (Weight::Identity, Some("consent.scope_openid")),
            "profile" => (Weight::Identity, Some("consent.scope_profile")),
            "email" => (Weight::Identity, Some("consent.scope_email")),
            "address" => (Weight::Contact, Some("consent.scope_address")),
            "phone" => (Weight::Contact, Some("consent.scope_phone")),
            "offline_access" => (Weight::Lasting, Some("consent.scope_offline_access")),
            _ => (Weight::Api, None),
        }
    }

    /// The sentence for a scope that we know, or that its API describes.
    fn sentence(&self, t: Translator) -> Option<&'a str> {
        self.known_sentence(t).or(self.description)
    }

    /// The sentence for a scope of OpenID Connect.
    pub(super) fn known_sentence(&self, t: Translator) -> Option<&'static str> {
        self.known().1.map(|key| t.get(key))
    }
}

/// The scopes of one weight.
struct Group<'a> {
    title: &'static str,
    icon: &'static str,
    scopes: Vec<ScopeLine<'a>>,
}

impl<'a> Consent<'a> {
    fn groups(&self) -> Vec<Group<'a>> {
        let of = |weight: Weight| Group {
            title: self.page.t.get(weight.key()),
            icon: weight.icon(),
            scopes: self
                .scopes
                .iter()
                .copied()
                .filter(|scope| scope.known().0 == weight)
                .collect(),
        };
        Weight::ALL
            .into_iter()
            .map(of)
            .filter(|group| !group.scopes.is_empty())
            .collect()
    }
}
