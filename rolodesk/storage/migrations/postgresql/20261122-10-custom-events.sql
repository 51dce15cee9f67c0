-- What sites and the team emit: custom events, kept for an hour. member_id is the membership of who has emitted it; of a
-- visitor the one that is made of its key, whether it has spoken or not.
CREATE TABLE emitted (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    attributes TEXT,
    member_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX emitted_by_age ON emitted (project_id, at, id);
CREATE INDEX emitted_of_member ON emitted (project_id, member_id, at, id);
