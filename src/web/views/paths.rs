//! Every address the pages link or post to, once. The routes are mounted from the same constants.

/// The front page.
pub const HOME: &str = "/";
/// GET: the sign-in page. POST: `identifier`, `password`, optionally `flow`.
pub const SIGN_IN: &str = "/sign-in";
/// GET: the sign-up page. POST: `name`, `identifier`, `password`, optionally `flow`.
pub const SIGN_UP: &str = "/sign-up";
/// POST: `csrf`, `journey`, `flow`; answered with what the browser's passkeys are asked, as JSON.
pub const PASSKEY_OPTIONS: &str = "/sign-in/passkey";
/// GET: the way back without the password. POST: `identifier`, optionally `flow`.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// GET `?journey=`: what can be done without any second factor. POST: `method`, or `lost` (`begin` or `cancel`).
pub const LOST_FACTOR: &str = "/lost-factor";
/// GET `?token=`: the question to whoever reads a notice. POST: `token`.
pub const LOST_FACTOR_CANCEL: &str = "/lost-factor/cancel";
/// GET `?token=`: the question to whoever has an administrator's link. POST: `token`.
pub const LOST_FACTOR_REMOVE: &str = "/lost-factor/remove";
/// GET `?factor=` begins to set one up, `?journey=` goes on. POST: what the step asks for.
pub const ADD_FACTOR: &str = "/account/security/add";
/// POST: `factor` and `id`: the factor to remove.
pub const REMOVE_FACTOR: &str = "/account/security/factors/remove";
/// Gives one another name.
pub const RENAME_FACTOR: &str = "/account/security/factors/rename";
/// POST: the new recovery codes are kept.
pub const CODES_KEPT: &str = "/account/security/codes/kept";
/// POST: makes new recovery codes.
pub const NEW_CODES: &str = "/account/security/codes";
/// GET: the accounts of this browser. POST: `account`, `other` or `remove`.
pub const CHOOSE_ACCOUNT: &str = "/choose-account";
/// GET `?token=`: the question. POST: `token`.
pub const LINK: &str = "/link";
/// The style sheet that branding makes.
pub const THEME_CSS: &str = "/brand/theme.css";
/// The product's own logo.
pub const LOGO: &str = "/brand/logo";
/// GET: the first administrator's page. POST: `token`, `name`, `identifier`, `password`.
pub const SETUP: &str = "/setup";
/// POST: `flow`, `decision` (`allow` or `deny`), or `switch` to sign in as somebody else.
pub const CONSENT: &str = "/consent";
/// GET `?flow=`: back to a waiting request, after sign-in.
pub const CONTINUE: &str = "/continue";
/// GET: the question. POST: `logout` (`yes` or `no`), optionally `flow`.
pub const SIGN_OUT: &str = "/sign-out";
/// The account page.
pub const ACCOUNT: &str = "/account";
/// GET: names, picture, user name. POST: `name`, `given_name`, `family_name`, `locale`, `zone`.
pub const ACCOUNT_PROFILE: &str = "/account/profile";
/// POST: `username`.
pub const ACCOUNT_USERNAME: &str = "/account/profile/username";
/// POST, as `multipart/form-data`: the file `picture`.
pub const ACCOUNT_PICTURE: &str = "/account/profile/picture";
/// POST: takes the picture away.
pub const ACCOUNT_PICTURE_REMOVE: &str = "/account/profile/picture/remove";
/// GET: the addresses. POST: `email`, the address to add.
pub const ACCOUNT_EMAILS: &str = "/account/emails";
/// GET `?id=&code=`: the question. POST: `id`, `code`.
pub const ACCOUNT_EMAIL_CONFIRM: &str = "/account/emails/confirm";
/// POST: `email`, the key of the address that becomes the primary one.
pub const ACCOUNT_EMAIL_PRIMARY: &str = "/account/emails/primary";
/// POST: `email`, the key of the address to remove.
pub const ACCOUNT_EMAIL_REMOVE: &str = "/account/emails/remove";
/// POST: `email`, the key of the address that is not waited for any more.
pub const ACCOUNT_EMAIL_CANCEL: &str = "/account/emails/cancel";
/// GET: the number. POST: `phone`, the number to add.
pub const ACCOUNT_PHONE: &str = "/account/phone";
/// POST: `id`, `code`.
pub const ACCOUNT_PHONE_CONFIRM: &str = "/account/phone/confirm";
/// POST: takes the number away.
pub const ACCOUNT_PHONE_REMOVE: &str = "/account/phone/remove";
/// GET: the form. POST: `current`, `password`.
pub const ACCOUNT_PASSWORD: &str = "/account/password";
/// GET, older events with `?before=`: factors, devices, history.
pub const ACCOUNT_SECURITY: &str = "/account/security";
/// POST: `device`, the digest of the device to forget.
pub const ACCOUNT_DEVICE_FORGET: &str = "/account/security/devices/forget";
/// GET: where a person is signed in.
pub const ACCOUNT_SESSIONS: &str = "/account/sessions";
/// POST: signs out everywhere else.
pub const END_OTHER_SESSIONS: &str = "/account/sessions/end-others";
/// POST: signs out everywhere.
pub const END_ALL_SESSIONS: &str = "/account/sessions/end-all";
/// GET: download and deletion.
pub const ACCOUNT_DATA: &str = "/account/data";
/// POST: everything about the person as JSON.
pub const ACCOUNT_DATA_DOWNLOAD: &str = "/account/data/download";
/// POST: `confirm`, the primary address.
pub const ACCOUNT_DELETE: &str = "/account/data/delete";
/// POST: keeps an account that was to be deleted.
pub const ACCOUNT_KEEP: &str = "/account/data/keep";
/// GET: a person's picture; its name changes with its content.
pub const PICTURE: &str = "/pictures/{user}/{digest}";
/// POST: `session`, the id of the session to end; `back=sessions` leads to that page.
pub const END_SESSION: &str = "/account/sessions/end";
/// POST: `client`, the id of the app whose access ends.
pub const REVOKE_APP: &str = "/account/apps/revoke";
/// POST: sends the verification mail again.
pub const SEND_VERIFICATION: &str = "/account/verify-email";
/// GET `?token=`: the question. POST: `token`. The link in the mail about a sign-in with a new browser.
pub const NOT_ME: &str = "/not-me";
/// GET `?token=`: the question. POST: `token`.
pub const VERIFY_EMAIL: &str = "/verify-email";
/// Development only. GET: the start page. POST: `scope` (each), `prompt`.
pub const PLAYGROUND: &str = "/playground";
/// Development only. POST: exchanges the refresh token that the playground holds.
pub const PLAYGROUND_REFRESH: &str = "/playground/refresh";
/// Development only. POST: forgets the playground's tokens and signs out.
pub const PLAYGROUND_SIGN_OUT: &str = "/playground/sign-out";
/// Development only: captured mail; a message is at `/dev/mail/{id}`.
pub const DEV_MAIL: &str = "/dev/mail";
/// Development only: every letter; one is at `/dev/letters/{name}`, its HTML at `/dev/letters/{name}/{lang}`.
pub const DEV_LETTERS: &str = "/dev/letters";
/// OpenID Connect discovery.
pub const DISCOVERY: &str = "/.well-known/openid-configuration";
/// The public signing keys.
pub const JWKS: &str = "/.well-known/jwks.json";
/// The console of administrators: how things are.
pub const ADMIN: &str = "/admin";
/// GET: people, with `search`, `role`, `plan`, `status` and `after`.
pub const ADMIN_USERS: &str = "/admin/users";
/// GET and POST: a new account. What is new has addresses of its own, which are no entry's whatever that is called.
pub const ADMIN_USER_NEW: &str = "/admin/new/user";
/// GET, and POST `file` as multipart/form-data: many people at once.
pub const ADMIN_USERS_IMPORT: &str = "/admin/users/import";
/// GET: everybody, one JSON object a line.
pub const ADMIN_USERS_EXPORT: &str = "/admin/users/export";
/// GET and POST: a person; their claims, role and plan.
pub const ADMIN_USER: &str = "/admin/users/{user_id}";
/// GET: their addresses. POST: `email`; `do` is `add`, `primary` or `remove`.
pub const ADMIN_USER_ADDRESSES: &str = "/admin/users/{user_id}/addresses";
/// GET: their factors. POST: `do` is `password`, `require-change`, `remove-factor` or `recovery-link`.
pub const ADMIN_USER_SECURITY: &str = "/admin/users/{user_id}/security";
/// GET: where they are signed in. POST: `do` is `end`, with `session`, or `end-all`.
pub const ADMIN_USER_SESSIONS: &str = "/admin/users/{user_id}/sessions";
/// GET: what they let applications have. POST: `client`, from which it is taken back.
pub const ADMIN_USER_GRANTS: &str = "/admin/users/{user_id}/grants";
/// GET and POST: `public`, `private` and `unsafe`, each a JSON object.
pub const ADMIN_USER_METADATA: &str = "/admin/users/{user_id}/metadata";
/// GET: what happened, with `after`.
pub const ADMIN_USER_HISTORY: &str = "/admin/users/{user_id}/history";
/// GET and POST: `do` is `disable` or `enable`.
pub const ADMIN_USER_DANGER: &str = "/admin/users/{user_id}/danger";
/// GET: the question. POST: `typed`, their primary address.
pub const ADMIN_USER_DELETE: &str = "/admin/users/{user_id}/delete";
/// GET: who is invited. POST: `do` is `invite` or `revoke`.
pub const ADMIN_INVITATIONS: &str = "/admin/invitations";
/// GET: applications.
pub const ADMIN_CLIENTS: &str = "/admin/clients";
/// GET `?framework=` and POST: a new application.
pub const ADMIN_CLIENT_NEW: &str = "/admin/new/client";
/// GET and POST `clients`, a JSON array: applications that have metadata already.
pub const ADMIN_CLIENTS_IMPORT: &str = "/admin/new/clients";
/// GET: recent requests that named no application that exists.
pub const ADMIN_UNKNOWN_REQUESTS: &str = "/admin/unknown-requests";
/// GET and POST: the settings of an application.
pub const ADMIN_CLIENT: &str = "/admin/clients/{client_id}";
/// GET and POST: its secrets.
pub const ADMIN_CLIENT_SECRETS: &str = "/admin/clients/{client_id}/secrets";
/// GET and POST: the claims that it gets.
pub const ADMIN_CLIENT_CLAIMS: &str = "/admin/clients/{client_id}/claims";
/// GET: its recent requests.
pub const ADMIN_CLIENT_REQUESTS: &str = "/admin/clients/{client_id}/requests";
/// GET: what would keep people from signing in to it.
pub const ADMIN_CLIENT_CHECK: &str = "/admin/clients/{client_id}/check";
/// GET: how it is connected.
pub const ADMIN_CLIENT_SETUP: &str = "/admin/clients/{client_id}/setup";
/// GET and POST: switching it off, removing it.
pub const ADMIN_CLIENT_DANGER: &str = "/admin/clients/{client_id}/danger";
/// GET: services that verify tokens.
pub const ADMIN_APIS: &str = "/admin/apis";
/// GET and POST: a new service.
pub const ADMIN_API_NEW: &str = "/admin/new/api";
/// GET and POST: a service; its identifier is encoded.
pub const ADMIN_API: &str = "/admin/apis/{identifier}";
/// GET `?person=`: where anybody is signed in. POST: `session`, which ends.
pub const ADMIN_SESSIONS: &str = "/admin/sessions";
/// GET: roles.
pub const ADMIN_ROLES: &str = "/admin/roles";
/// GET and POST: a new role.
pub const ADMIN_ROLE_NEW: &str = "/admin/new/role";
/// GET and POST: a role.
pub const ADMIN_ROLE: &str = "/admin/roles/{name}";
/// GET: plans.
pub const ADMIN_PLANS: &str = "/admin/plans";
/// GET and POST: a new plan.
pub const ADMIN_PLAN_NEW: &str = "/admin/new/plan";
/// GET and POST: a plan.
pub const ADMIN_PLAN: &str = "/admin/plans/{name}";
/// GET: keys that sign, and keys of programs. POST: `do` is `rotate` or `delete`.
pub const ADMIN_KEYS: &str = "/admin/keys";
/// GET and POST: a new key of a program.
pub const ADMIN_KEY_NEW: &str = "/admin/new/key";
/// GET: the key of a program.
pub const ADMIN_KEY: &str = "/admin/keys/{key_id}";
/// GET: the audit trail, with filters.
pub const ADMIN_AUDIT: &str = "/admin/audit";
/// GET: whether it is as it was written.
pub const ADMIN_AUDIT_VERIFY: &str = "/admin/audit/verify";
/// GET: the events that the filters ask for, one JSON object a line.
pub const ADMIN_AUDIT_EXPORT: &str = "/admin/audit/export";
/// GET: mail that has not left. POST: `do` is `retry` or `retry-all`.
pub const ADMIN_OUTBOX: &str = "/admin/outbox";
/// GET: the settings in force.
pub const ADMIN_SETTINGS: &str = "/admin/settings";
/// GET and POST: a setting.
pub const ADMIN_SETTING: &str = "/admin/settings/{key}";
