-- The trail of events becomes a chain: docs/decisions/0013-audit-chain.md.

-- `seq`, `salt`, `commitment` and `hash` are given by the sealer, a moment after the event was committed: until then they are
-- NULL. `commitment` stands in the chain for what may have to be forgotten (address, user agent, details, a typed identifier);
-- `salt` goes with it. `category`, `actor_kind` and `target_kind` are filled in by the sealer for events of older versions.
-- Bound: the retention of `audit.retention_days` removes the oldest sealed events.
ALTER TABLE audit_events ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN actor_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN target_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN seq BIGINT;
ALTER TABLE audit_events ADD COLUMN salt BYTEA;
ALTER TABLE audit_events ADD COLUMN commitment BYTEA;
ALTER TABLE audit_events ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX audit_events_by_seq ON audit_events (seq);
CREATE INDEX audit_events_unsealed ON audit_events (at, id) WHERE seq IS NULL;
CREATE INDEX audit_events_by_kind ON audit_events (kind, at, id);

-- Where the chain begins and ends, each signed. Whoever numbers, empties or removes events holds this row first. Bound: one row.
CREATE TABLE audit_chain (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    signature BYTEA NOT NULL,
    anchor_seq BIGINT NOT NULL,
    anchor_hash BYTEA NOT NULL,
    anchor_at TIMESTAMPTZ NOT NULL,
    anchor_signature BYTEA NOT NULL
);

-- Signed marks along the chain, one an hour while there are events, or every thousand events. Bound: they go with the events
-- before them.
CREATE TABLE audit_checkpoints (
    seq BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    signature BYTEA NOT NULL
);

-- Recent requests of each client, with what was judged of them; `client_id` is empty where there is no such client. No codes,
-- tokens, verifiers, secrets or values of queries. Bound: fifty that failed and fifty that did not for each client, as many for
-- all unknown ones together, a week each; written in batches by a job, not by the requests.
CREATE TABLE request_traces (
    id UUID PRIMARY KEY,
    client_id TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    endpoint TEXT NOT NULL,
    failed BOOLEAN NOT NULL,
    outcome TEXT NOT NULL,
    error TEXT NOT NULL,
    description TEXT NOT NULL,
    duration_micros BIGINT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    parameters JSONB NOT NULL,
    checks JSONB NOT NULL
);
CREATE INDEX request_traces_by_client ON request_traces (client_id, failed, at, id);
CREATE INDEX request_traces_by_age ON request_traces (at);
