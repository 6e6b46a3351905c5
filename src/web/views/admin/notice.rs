//! What was just done, said once after the way back to a page.

/// The value of the `done` parameter, and the words as a key.
const NOTICES: &[(&str, &str)] = &[
    ("saved", "admin.notice_saved"),
    ("created", "admin.notice_created"),
    ("removed", "admin.notice_removed"),
    ("invited", "admin_invitations.notice_sent"),
    ("invitation-revoked", "admin_invitations.notice_revoked"),
    ("user-deleted", "admin_users.notice_deleted"),
    ("disabled", "admin_users.notice_disabled"),
    ("enabled", "admin_users.notice_enabled"),
    ("address-added", "admin_users.notice_address_added"),
    ("address-removed", "admin_users.notice_address_removed"),
    ("address-primary", "admin_users.notice_address_primary"),
    ("password-set", "admin_users.notice_password"),
    ("change-required", "admin_users.notice_require_change"),
    ("factor-removed", "admin_users.notice_factor_removed"),
    ("session-ended", "admin_users.notice_session_ended"),
    ("sessions-ended", "admin_users.notice_sessions_ended"),
    ("grant-revoked", "admin_users.notice_grant_revoked"),
];

/// The words of a `done` parameter, as a key.
pub fn notice(done: &str) -> Option<&'static str> {
    let found = NOTICES.iter().find(|(name, _)| *name == done);
    found.map(|(_, key)| *key)
}

/// The value of the `done` parameter for words; nothing where there are none.
pub fn as_query(key: &str) -> &'static str {
    let found = NOTICES.iter().find(|(_, words)| *words == key);
    found.map_or("", |(name, _)| *name)
}
