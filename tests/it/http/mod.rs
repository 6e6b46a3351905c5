//! HTTP as strangers and broken networks send it.

mod broken_off;
mod flood;
mod framing;
mod garbage;
mod headers;
mod hosts;
mod nodes;
mod panics;
mod slow;
mod start;

/// Every address of the server with the methods that it takes.
pub const ROUTES: [(&str, &str); 122] = [
    ("/.well-known/openid-configuration", "GET"),
    ("/.well-known/oauth-authorization-server", "GET"),
    ("/.well-known/jwks.json", "GET"),
    ("/oauth2/authorize", "GET, POST"),
    ("/oauth2/token", "POST, OPTIONS"),
    ("/oauth2/userinfo", "GET, POST, OPTIONS"),
    ("/oauth2/revoke", "POST, OPTIONS"),
    ("/oauth2/introspect", "POST"),
    ("/sign-in", "GET, POST"),
    ("/sign-up", "GET, POST"),
    ("/consent", "GET, POST"),
    ("/continue", "GET"),
    ("/sign-out", "GET, POST"),
    ("/verify-email", "GET, POST"),
    ("/not-me", "GET, POST"),
    ("/setup", "GET, POST"),
    ("/", "GET"),
    ("/account", "GET"),
    ("/account/sessions/end", "POST"),
    ("/account/apps/revoke", "POST"),
    ("/account/verify-email", "POST"),
    ("/account/profile", "GET, POST"),
    ("/account/profile/username", "POST"),
    ("/account/profile/picture", "POST"),
    ("/account/profile/picture/remove", "POST"),
    ("/pictures/00000000-0000-0000-0000-000000000000/x", "GET"),
    ("/account/emails", "GET, POST"),
    ("/account/emails/confirm", "GET, POST"),
    ("/account/emails/primary", "POST"),
    ("/account/emails/remove", "POST"),
    ("/account/emails/cancel", "POST"),
    ("/account/phone", "GET, POST"),
    ("/account/phone/confirm", "POST"),
    ("/account/phone/remove", "POST"),
    ("/account/password", "GET, POST"),
    ("/account/security", "GET"),
    ("/account/security/devices/forget", "POST"),
    ("/account/sessions", "GET"),
    ("/account/sessions/end-others", "POST"),
    ("/account/sessions/end-all", "POST"),
    ("/account/data", "GET"),
    ("/account/data/download", "POST"),
    ("/account/data/delete", "POST"),
    ("/account/data/keep", "POST"),
    ("/admin", "GET"),
    ("/admin/users", "GET"),
    ("/admin/new/user", "GET, POST"),
    ("/admin/invitations", "GET, POST"),
    ("/admin/users/00000000-0000-0000-0000-000000000000", "GET, POST"),
    (
        "/admin/users/00000000-0000-0000-0000-000000000000/addresses",
        "GET, POST",
    ),
    (
        "/admin/users/00000000-0000-0000-0000-000000000000/security",
        "GET, POST",
    ),
    (
        "/admin/users/00000000-0000-0000-0000-000000000000/sessions",
        "GET, POST",
    ),
    ("/admin/users/00000000-0000-0000-0000-000000000000/grants", "GET, POST"),
    (
        "/admin/users/00000000-0000-0000-0000-000000000000/metadata",
        "GET, POST",
    ),
    ("/admin/users/00000000-0000-0000-0000-000000000000/history", "GET"),
    ("/admin/users/00000000-0000-0000-0000-000000000000/danger", "GET, POST"),
    ("/admin/users/00000000-0000-0000-0000-000000000000/delete", "GET, POST"),
    ("/admin/users/import", "GET, POST"),
    ("/admin/users/export", "GET"),
    ("/admin/sessions", "GET, POST"),
    ("/admin/apis", "GET"),
    ("/admin/new/api", "GET, POST"),
    ("/admin/apis/abc", "GET, POST"),
    ("/admin/keys/abc", "GET"),
    ("/admin/clients", "GET"),
    ("/admin/new/client", "GET, POST"),
    ("/admin/new/clients", "GET, POST"),
    ("/admin/unknown-requests", "GET"),
    ("/admin/clients/abc", "GET, POST"),
    ("/admin/clients/abc/secrets", "GET, POST"),
    ("/admin/clients/abc/claims", "GET, POST"),
    ("/admin/clients/abc/requests", "GET"),
    ("/admin/clients/abc/check", "GET"),
    ("/admin/clients/abc/setup", "GET"),
    ("/admin/clients/abc/danger", "GET, POST"),
    ("/admin/roles", "GET"),
    ("/admin/new/role", "GET, POST"),
    ("/admin/roles/abc", "GET, POST"),
    ("/admin/plans", "GET"),
    ("/admin/new/plan", "GET, POST"),
    ("/admin/plans/abc", "GET, POST"),
    ("/admin/keys", "GET, POST"),
    ("/admin/new/key", "GET, POST"),
    ("/admin/audit", "GET"),
    ("/admin/audit/verify", "GET"),
    ("/admin/audit/export", "GET"),
    ("/admin/outbox", "GET, POST"),
    ("/admin/settings", "GET"),
    ("/admin/settings/abc", "GET, POST"),
    ("/sign-in/passkey", "POST"),
    ("/forgot-password", "GET, POST"),
    ("/link", "GET, POST"),
    ("/choose-account", "GET, POST"),
    ("/lost-factor", "GET, POST"),
    ("/lost-factor/cancel", "GET, POST"),
    ("/lost-factor/remove", "GET, POST"),
    ("/brand/theme.css", "GET"),
    ("/brand/logo", "GET"),
    ("/account/security/add", "GET, POST"),
    ("/account/security/factors/remove", "POST"),
    ("/account/security/factors/rename", "POST"),
    ("/account/security/codes", "POST"),
    ("/account/security/codes/kept", "POST"),
    ("/api/flows", "POST, OPTIONS"),
    ("/api/flows/00000000-0000-0000-0000-000000000000", "GET, POST, OPTIONS"),
    ("/api/session", "GET, DELETE, OPTIONS"),
    ("/api/account/metadata", "GET, PUT, OPTIONS"),
    ("/api/openapi.json", "GET"),
    ("/healthz", "GET"),
    ("/readyz", "GET"),
    ("/static/app.css", "GET"),
    ("/dev/mail", "GET"),
    ("/dev/mail/00000000-0000-0000-0000-000000000000", "GET"),
    ("/dev/letters", "GET"),
    ("/dev/letters/test", "GET"),
    ("/dev/letters/test/en", "GET"),
    ("/playground", "GET, POST"),
    ("/playground/callback", "GET"),
    ("/playground/refresh", "POST"),
    ("/playground/sign-out", "POST"),
    ("/nowhere", ""),
    ("/oauth2/nowhere", ""),
];

/// Addresses in [`ROUTES`] at which nothing is mounted.
const NOWHERE: usize = 2;

#[test]
fn every_route_is_in_the_list() {
    let files = [
        "src/web/mod.rs",
        "src/web/account/mod.rs",
        "src/web/admin/mod.rs",
        "src/web/admin/clients/mod.rs",
        "src/web/admin/user/mod.rs",
        "src/web/api/mod.rs",
    ];
    let mounted: usize = files
        .map(|file| std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap())
        .iter()
        .map(|source| source.matches(".service(").count())
        .sum();
    assert_eq!(
        mounted,
        ROUTES.len() - NOWHERE,
        "a new route is also tested here: add it to ROUTES"
    );
}
