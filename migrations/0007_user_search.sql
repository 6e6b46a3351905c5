-- Finding people. `word` is a folded word of a name, an address or a user name, as bytes: their order is the same on both
-- engines, so what begins with a text is one range. Bound: forty for each person.
CREATE TABLE user_words (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    word BYTEA NOT NULL,
    PRIMARY KEY (user_id, word)
);
CREATE INDEX user_words_by_word ON user_words (word, user_id);

-- How the words of a person were made; those made otherwise are made anew in the background. 0: not at all.
ALTER TABLE users ADD COLUMN words_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_by_words ON users (words_version);

-- Lists of people by what they have.
CREATE INDEX users_by_role ON users (role, created_at, id);
CREATE INDEX users_by_plan ON users (plan, created_at, id);
CREATE INDEX users_by_disabling ON users (created_at, id) WHERE disabled_at IS NOT NULL;
CREATE INDEX invitations_by_age ON invitations (created_at, id);
