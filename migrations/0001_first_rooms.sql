-- House style: PostgreSQL text that SQLite reads too. Names of types are PostgreSQL's; SQLite keeps each value's own class.
-- Every table says what bounds it. Tables that are written at every token request carry no foreign keys: the parent's row
-- lock would be the busiest row of the database; flows delete what belongs together and `verify` looks for orphans.

-- Facts about this installation. Bound: a handful of keys.
CREATE TABLE installation (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- The people. Bound: one row a person, until deleted.
CREATE TABLE users (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_verified BOOLEAN NOT NULL,
    role TEXT NOT NULL,
    plan TEXT NOT NULL,
    claims JSONB NOT NULL,
    disabled_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX users_by_age ON users (created_at, id);

-- Bound: at most one row a person.
CREATE TABLE password_credentials (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    phc TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- Failed sign-ins by folded identifier, whether an account has it or not. Bound: the cleaner removes rows a day after the
-- last failure.
CREATE TABLE sign_in_throttles (
    identifier_key TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at TIMESTAMPTZ NOT NULL,
    blocked_until TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_throttles_by_age ON sign_in_throttles (last_failure_at);

-- Signed-in browsers. Bound: the cleaner removes rows a day after their absolute end or the moment they were ended.
CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    digest BYTEA NOT NULL UNIQUE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticated_at TIMESTAMPTZ NOT NULL,
    amr JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    idle_expires_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Bound: one row a client, until deleted.
CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    secret_digest BYTEA,
    metadata JSONB NOT NULL,
    disabled_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Remembered answers. Bound: one row for each person and client.
CREATE TABLE consents (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, client_id)
);
CREATE INDEX consents_by_client ON consents (client_id);

-- Authorization requests that wait for a person. `digest` is that of the browser's cookie. Bound: the cleaner removes
-- them when they expire.
CREATE TABLE interactions (
    id UUID PRIMARY KEY,
    digest BYTEA NOT NULL,
    request JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    consumed_at TIMESTAMPTZ
);
CREATE INDEX interactions_by_end ON interactions (expires_at);

-- Authorization codes; `id` is the grant. Bound: the cleaner removes them an hour after they expire, which is as long as
-- a second presentation is recognised.
CREATE TABLE authorization_codes (
    id UUID PRIMARY KEY,
    digest BYTEA NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    user_id UUID NOT NULL,
    authorization_facts JSONB NOT NULL,
    binding JSONB NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    consumed_at TIMESTAMPTZ
);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);

-- Refresh token families; `id` is the grant. One row however often the token rotates. Bound: the cleaner removes them
-- when their absolute or idle end has passed.
CREATE TABLE refresh_families (
    id UUID PRIMARY KEY,
    client_id TEXT NOT NULL,
    user_id UUID NOT NULL,
    session_id UUID NOT NULL,
    authorization_facts JSONB NOT NULL,
    salt BYTEA NOT NULL,
    generation BIGINT NOT NULL,
    offline BOOLEAN NOT NULL,
    rotated_at TIMESTAMPTZ NOT NULL,
    idle_expires_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX refresh_families_by_user ON refresh_families (user_id, client_id);
CREATE INDEX refresh_families_by_end ON refresh_families (expires_at);

-- Access tokens that died before their time: a `jti`, or the id of a whole grant. Bound: the cleaner removes a row when
-- no token that it could concern is alive any more.
CREATE TABLE revocations (
    id TEXT PRIMARY KEY,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX revocations_by_end ON revocations (expires_at);

-- Signing keys, sealed under the master key. Bound: retired keys are removed when no token signed by them is alive.
CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    alg TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    activated_at TIMESTAMPTZ,
    retired_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (alg) WHERE state = 'active';
CREATE UNIQUE INDEX signing_keys_one_next ON signing_keys (alg) WHERE state = 'next';

-- Links that work once. Bound: the cleaner removes them a day after they expire.
CREATE TABLE one_time_tokens (
    digest BYTEA PRIMARY KEY,
    purpose TEXT NOT NULL,
    payload JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    consumed_at TIMESTAMPTZ
);
CREATE INDEX one_time_tokens_by_end ON one_time_tokens (expires_at);

-- Mail that waits to leave. Bound: a row is removed when its mail has left.
CREATE TABLE outbox_mails (
    id UUID PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX outbox_mails_by_due ON outbox_mails (due_at);

-- What happened. Bound: the cleaner removes rows after a year.
CREATE TABLE audit_events (
    id UUID PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    target TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    details JSONB NOT NULL
);
CREATE INDEX audit_events_by_age ON audit_events (at, id);
