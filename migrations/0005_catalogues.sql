-- What may be given to people: roles with permissions, plans with features; what else is known of a person; and which change of
-- an application somebody has seen.

-- `permissions` and `features` are sorted lists of texts; `revision` counts the changes. Bound: 200 each, kept by the flows.
-- Nothing refers to them by a foreign key: whoever gives a role or a plan holds its row, whoever removes one too.
CREATE TABLE roles (
    name TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    permissions JSONB NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE plans (
    name TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    features JSONB NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- The row of `admin` is also what everybody holds who might take the last administrator away.
INSERT INTO roles (name, description, permissions, revision, created_at, updated_at) VALUES
    ('admin', 'Administers Passgate: holds everything.', '["passgate:*"]', 1, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00'),
    ('user', 'What everybody is who is nothing else.', '[]', 1, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00');
INSERT INTO plans (name, description, features, revision, created_at, updated_at) VALUES
    ('free_user', 'What everybody has who pays for nothing else.', '[]', 1, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00');

-- What people have already, or are promised.
INSERT INTO roles (name, description, permissions, revision, created_at, updated_at)
    SELECT given.role, '', '[]', 1, MIN(given.created_at), MIN(given.created_at)
    FROM (SELECT role, created_at FROM users
          UNION ALL SELECT role, created_at FROM invitations WHERE consumed_at IS NULL) given
    WHERE given.role NOT IN ('admin', 'user')
    GROUP BY given.role;
INSERT INTO plans (name, description, features, revision, created_at, updated_at)
    SELECT given.plan, '', '[]', 1, MIN(given.created_at), MIN(given.created_at)
    FROM (SELECT plan, created_at FROM users
          UNION ALL SELECT plan, created_at FROM invitations WHERE consumed_at IS NULL) given
    WHERE given.plan <> 'free_user'
    GROUP BY given.plan;

-- One object with the members `public`, `private` and `unsafe`, apart from `users` since most tokens need none of it.
-- Bound: one a person, 8 KiB for each member.
CREATE TABLE user_metadata (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    metadata JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Counts the changes of an application.
ALTER TABLE clients ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
