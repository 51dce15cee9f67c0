-- Segments: sets of contacts that say by conditions who belongs to them. filters is JSON; status 0 is a deleted one.
CREATE TABLE segments (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    match TEXT NOT NULL,
    filters TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 100,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX segments_by_created ON segments (project_id, status, created_at, id);
