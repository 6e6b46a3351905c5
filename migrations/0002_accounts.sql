-- Accounts that people can live with: several addresses, factors, journeys, alerts.

-- `username_key` is the folded user name, for sign-in; it never holds an `@`. `terms_version` is the version that was
-- accepted last. `delete_at` is set while a person has asked to be forgotten and may still change their mind.
ALTER TABLE users ADD COLUMN username_key TEXT;
ALTER TABLE users ADD COLUMN terms_version TEXT;
ALTER TABLE users ADD COLUMN terms_accepted_at TIMESTAMPTZ;
ALTER TABLE users ADD COLUMN delete_at TIMESTAMPTZ;
CREATE UNIQUE INDEX users_by_username ON users (username_key);
CREATE INDEX users_by_deletion ON users (delete_at) WHERE delete_at IS NOT NULL;

-- Every address of every account, the primary one included (`users.email` is its copy): one row decides whose an address
-- is. Other addresses than the primary one come in only when mail is known to reach them. Bound: ten for each person.
CREATE TABLE email_addresses (
    email_key TEXT PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX email_addresses_by_user ON email_addresses (user_id);
INSERT INTO email_addresses (email_key, user_id, email, created_at) SELECT email_key, id, email, created_at FROM users;

-- Whether the next sign-in must end in another password.
ALTER TABLE password_credentials ADD COLUMN change_required BOOLEAN NOT NULL DEFAULT FALSE;

-- Pictures of people, drawn anew by us. Bound: one a person.
CREATE TABLE pictures (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    digest BYTEA NOT NULL,
    image BYTEA NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Authenticator apps. `sealed` is the secret under the master key; `last_step` the newest time step that was accepted, so
-- that a code works once. Until a first code has confirmed it, it is no factor. Bound: ten for each person, one of them
-- unconfirmed, which the cleaner removes after a day.
CREATE TABLE totp_credentials (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ
);
CREATE INDEX totp_credentials_by_user ON totp_credentials (user_id);
CREATE INDEX totp_credentials_unconfirmed ON totp_credentials (created_at) WHERE confirmed_at IS NULL;

-- Passkeys and security keys of WebAuthn Level 3; `credential` holds the public key as a JSON Web Key and what never changes.
-- Bound: twenty for each person.
CREATE TABLE passkeys (
    credential_id BYTEA PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    credential JSONB NOT NULL,
    sign_count BIGINT NOT NULL,
    backed_up BOOLEAN NOT NULL,
    discoverable BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- Numbers to which codes are texted as a second factor. One counts only while it is the verified number of its account.
-- Bound: one a person.
CREATE TABLE text_factors (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ
);

-- Recovery codes as keyed digests. Bound: ten for each person, replaced together; ten years.
CREATE TABLE recovery_codes (
    digest BYTEA PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    consumed_at TIMESTAMPTZ
);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);

-- Steps of a person on the way to a session, an account or a new password; `digest` is that of the browser's cookie, `facts`
-- what has been proved or entered so far. Bound: the cleaner removes them when they expire.
CREATE TABLE journeys (
    id UUID PRIMARY KEY,
    digest BYTEA NOT NULL,
    kind TEXT NOT NULL,
    user_id UUID,
    facts JSONB NOT NULL,
    revision BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    consumed_at TIMESTAMPTZ
);
CREATE INDEX journeys_by_end ON journeys (expires_at);
CREATE INDEX journeys_by_user ON journeys (user_id);

-- Whether the person has said with which account to go on, where the request asks for that.
ALTER TABLE interactions ADD COLUMN account_chosen BOOLEAN NOT NULL DEFAULT FALSE;

-- Codes that were sent and WebAuthn challenges that were given out. `owner` is the journey, the session or the browser that
-- may answer; `recipient_key` counts what one recipient is sent. `digest` is empty where the answer is a signature. Bound:
-- the cleaner removes them a day after they expire.
CREATE TABLE challenges (
    id UUID PRIMARY KEY,
    owner TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    digest BYTEA NOT NULL,
    payload JSONB NOT NULL,
    attempts BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    consumed_at TIMESTAMPTZ
);
CREATE INDEX challenges_by_owner ON challenges (owner, purpose);
CREATE INDEX challenges_by_recipient ON challenges (recipient_key, created_at);
CREATE INDEX challenges_by_end ON challenges (expires_at);

-- Browsers that a person has signed in with: those that are new raise an alert, those that are trusted skip the second
-- factor. `digest` is that of the device cookie; `sign_ins` is 1 at the sign-in that made the row, and `was_first` tells
-- whether the person had none then. Bound: the cleaner removes rows a year after their last use; fifty for each person.
CREATE TABLE devices (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest BYTEA NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    trusted_until TIMESTAMPTZ,
    sign_ins BIGINT NOT NULL,
    was_first BOOLEAN NOT NULL,
    PRIMARY KEY (user_id, digest)
);
CREATE INDEX devices_by_age ON devices (last_seen_at);

-- Requests to do without the second factors of an account: they take effect when the wait is over and nobody objected.
-- Bound: one a person; the cleaner removes those that ended a month ago.
CREATE TABLE factor_resets (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    requested_at TIMESTAMPTZ NOT NULL,
    effective_at TIMESTAMPTZ NOT NULL,
    reminded_at TIMESTAMPTZ,
    cancelled_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ
);

-- Invitations; the newest one to an address replaces those before it that were not accepted. Bound: the cleaner removes them
-- a month after they expire.
CREATE TABLE invitations (
    id UUID PRIMARY KEY,
    digest BYTEA NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL,
    plan TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    consumed_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX invitations_open ON invitations (email_key) WHERE consumed_at IS NULL;
CREATE INDEX invitations_by_end ON invitations (expires_at);

-- Counters that hold for all nodes; a key is an HMAC of what is counted. Bound: the cleaner removes rows when their window is over.
CREATE TABLE rate_limits (
    key TEXT PRIMARY KEY,
    count BIGINT NOT NULL,
    window_ends_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX rate_limits_by_end ON rate_limits (window_ends_at);

-- Mail that will not leave stays for the administrator: why, and since when. Bound: a month.
ALTER TABLE outbox_mails ADD COLUMN failed_at TIMESTAMPTZ;
ALTER TABLE outbox_mails ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_mails_by_failure ON outbox_mails (failed_at) WHERE failed_at IS NOT NULL;

-- Text messages that wait to leave. Bound: a row is removed when its text has left, or a day after it was promised.
CREATE TABLE outbox_texts (
    id UUID PRIMARY KEY,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    failed_at TIMESTAMPTZ,
    last_error TEXT NOT NULL
);
CREATE INDEX outbox_texts_by_due ON outbox_texts (due_at);

-- What happened to one person, for the page that shows it to them.
ALTER TABLE audit_events ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_events_by_target ON audit_events (target, at, id);
CREATE INDEX audit_events_by_actor ON audit_events (actor, at, id);

-- Whether a session outlives the closing of its browser: its cookie is set anew now and then.
ALTER TABLE sessions ADD COLUMN remembered BOOLEAN NOT NULL DEFAULT FALSE;
