-- Services that verify tokens, with the scopes that they know. `scopes` is an array of {"name", "description"}. Bound: two
-- hundred.
CREATE TABLE apis (
    identifier TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    scopes JSONB NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Every session, for whoever administers them.
CREATE INDEX sessions_by_age ON sessions (created_at, id);
