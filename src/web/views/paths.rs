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
/// POST: `session`, the id of the session to end.
pub const END_SESSION: &str = "/account/sessions/end";
/// POST: `client`, the id of the app whose access ends.
pub const REVOKE_APP: &str = "/account/apps/revoke";
/// POST: sends the verification mail again.
pub const SEND_VERIFICATION: &str = "/account/verify-email";
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
/// OpenID Connect discovery.
pub const DISCOVERY: &str = "/.well-known/openid-configuration";
/// The public signing keys.
pub const JWKS: &str = "/.well-known/jwks.json";
