-- Administration by programs: keys, and answers that are kept for whoever lost them.

-- Keys of programs that administer. Bound: five hundred, and the cleaner removes those that expired a month ago.
CREATE TABLE api_keys (
    id UUID PRIMARY KEY,
    digest BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    permissions JSONB NOT NULL,
    addresses JSONB NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    last_used_address TEXT
);
CREATE INDEX api_keys_by_age ON api_keys (created_at, id);

-- Calls that name themselves by an Idempotency-Key; `key` is a digest of who calls and what they named it, `request` one of
-- what was asked, `answer` the answer under the master key once there is one. Bound: the cleaner removes them when they expire.
CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    request BYTEA NOT NULL,
    answer BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_at);

-- The secret before the present one, while both count.
ALTER TABLE clients ADD COLUMN previous_secret_digest BYTEA;
ALTER TABLE clients ADD COLUMN previous_secret_expires_at TIMESTAMPTZ;
