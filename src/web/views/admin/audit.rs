//! The audit trail.

use std::collections::BTreeSet;

use askama::Template;
use serde_json::{Map, Value};

use crate::flow::admin::audit::{Event, Verified};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Category};
use crate::web::views::{AdminFrame, Names, Page, Paging};

/// What is asked for, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct AuditFilters {
    /// A kind.
    pub kind: String,
    /// A category.
    pub category: String,
    /// Who did it.
    pub actor: String,
    /// What it was done to.
    pub target: String,
    /// A day or moment.
    pub from: String,
    /// A day or moment.
    pub to: String,
}

/// GET `kind`, `category`, `actor`, `target`, `from`, `to`, `after`.
#[derive(Debug, Template)]
#[template(path = "admin/audit/list.html")]
pub struct AdminAudit<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What is asked for.
    pub filters: AuditFilters,
    /// Newest first.
    pub events: Vec<Event>,
    /// What people in them are called.
    pub names: Names,
    /// Where the list goes on.
    pub paging: Paging,
    /// Where what is shown can be taken along.
    pub export: String,
    /// The moment.
    pub now: Timestamp,
}

/// The words of a category, as a key.
fn category(name: &str) -> &'static str {
    match Category::parse(name) {
        Some(Category::SignIn) => "admin_audit.sign_in",
        Some(Category::Account) => "admin_audit.account",
        Some(Category::Credential) => "admin_audit.credential",
        Some(Category::Consent) => "admin_audit.consent",
        Some(Category::Client) => "admin_audit.client",
        Some(Category::Token) => "admin_audit.token",
        Some(Category::Key) => "admin_audit.key",
        Some(Category::Invitation) => "admin_audit.invitation",
        Some(Category::Catalogue) => "admin_audit.catalogue",
        Some(Category::System) | None => "admin_audit.system",
    }
}

impl AdminAudit<'_> {
    fn kinds(&self) -> impl Iterator<Item = &'static str> {
        AuditKind::ALL.iter().map(|kind| kind.as_str())
    }

    fn categories(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        Category::ALL
            .iter()
            .map(|known| (known.as_str(), category(known.as_str())))
    }

    fn category(&self, event: &Event) -> &'static str {
        category(&event.category)
    }

    /// What changed: name, before, after.
    fn changes(&self, event: &Event) -> Vec<(String, String, String)> {
        let side = |name: &str| event.details.get(name).and_then(Value::as_object);
        let (before, after) = (side("before"), side("after"));
        let text = |value: Option<&Value>| match value {
            None | Some(Value::Null) => "—".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        };
        let names: BTreeSet<&String> = [before, after].into_iter().flatten().flat_map(Map::keys).collect();
        names
            .into_iter()
            .map(|name| {
                (
                    name,
                    before.and_then(|side| side.get(name)),
                    after.and_then(|side| side.get(name)),
                )
            })
            .filter(|(_, before, after)| before != after)
            .map(|(name, before, after)| (name.clone(), text(before), text(after)))
            .collect()
    }

    /// What else there is to know, as JSON; nothing where there is nothing.
    fn rest(&self, event: &Event) -> Option<String> {
        let mut rest = event.details.as_object()?.clone();
        rest.remove("before");
        rest.remove("after");
        (!rest.is_empty()).then(|| serde_json::to_string_pretty(&rest).unwrap_or_default())
    }
}

/// GET `?mark=`: whether the trail is as it was written.
#[derive(Debug, Template)]
#[template(path = "admin/audit/verified.html")]
pub struct AdminAuditVerified<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// A mark that was kept elsewhere, as it was typed.
    pub mark: String,
    /// What was found; nothing where the mark is none.
    pub found: Option<Verified>,
}
