-- Figures of each day, for the charts of administrators: how often something happened, and the most browsers that were signed in
-- at a time. They outlive the events that they count. `day` is its first moment in UTC. Bound: four rows a day, kept for 400 days.
CREATE TABLE statistics_days (
    day TIMESTAMPTZ NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (day, name)
);
