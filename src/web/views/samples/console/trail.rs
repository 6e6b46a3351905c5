//! The audit trail.

use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::flow::admin::audit::{Broken, Event, Verified};

fn event(text: &str) -> Event {
    Event {
        id: Uuid::from_u128(2),
        at: now() - TimeDelta::hours(2),
        kind: "client_updated".to_owned(),
        category: "client".to_owned(),
        actor_kind: "person".to_owned(),
        actor: ID.to_string(),
        target_kind: "client".to_owned(),
        target: text.to_owned(),
        address: "192.0.2.7".to_owned(),
        user_agent: text.to_owned(),
        request_id: "req_0123456789".to_owned(),
        details: json!({
            "before": { "require_pkce": false }, "after": { "client_name": text, "require_pkce": true },
            "note": text,
        }),
    }
}

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
    let filters = AuditFilters {
        kind: "client_updated".to_owned(),
        category: "client".to_owned(),
        actor: HOSTILE.to_owned(),
        target: HOSTILE.to_owned(),
        from: "2026-11-01".to_owned(),
        to: HOSTILE.to_owned(),
    };
    for (name, events, refused) in [
        (
            "admin-audit",
            vec![event("acme-notes"), event(HOSTILE)],
            Refusal::default(),
        ),
        ("admin-audit-none", vec![], Refusal::at("to", HOSTILE)),
    ] {
        add(
            name,
            &AdminAudit {
                page: page(lang),
                frame: frame(AdminSection::Audit).refused(refused),
                filters: filters.clone(),
                events,
                names: called_so(),
                paging: Paging {
                    first: Some("/admin/audit".to_owned()),
                    next: Some("/admin/audit?after=x".to_owned()),
                },
                export: paths::ADMIN_AUDIT_EXPORT.to_owned(),
                now: now(),
            },
        );
    }
    for (name, broken) in [
        ("admin-audit-verified", None),
        (
            "admin-audit-broken",
            Some(Broken {
                seq: 7,
                detail: HOSTILE.to_owned(),
            }),
        ),
    ] {
        add(
            name,
            &AdminAuditVerified {
                page: page(lang),
                frame: frame(AdminSection::Audit).titled("Verify"),
                mark: HOSTILE.to_owned(),
                found: Some(Verified {
                    verified: broken.is_none(),
                    broken,
                    first: 1,
                    last: 812,
                    hash: "ab".repeat(32),
                    checkpoints: 4,
                    emptied: 1,
                    unsealed: 0,
                    public_key: "key".to_owned(),
                }),
            },
        );
    }
    add(
        "admin-audit-no-mark",
        &AdminAuditVerified {
            page: page(lang),
            frame: frame(AdminSection::Audit).titled("Verify").refused(refused("mark")),
            mark: HOSTILE.to_owned(),
            found: None,
        },
    );
}
