-- A project's own texts for the widget, who is blocked in it, and when it is open.

-- One row a language; lang_key is the language's code in capitals, texts a JSON object of texts by key.
CREATE TABLE labels (
    project_id TEXT NOT NULL REFERENCES projects (id),
    lang_key TEXT NOT NULL,
    id TEXT NOT NULL,
    lang TEXT NOT NULL,
    texts TEXT NOT NULL,
    is_default INTEGER NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, lang_key)
);

-- Whose tokens are refused, by the key that is in them: somebody who has never written has no identity yet. The
-- identities that hold the key carry the same in blocked_at.
CREATE TABLE bans (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    ip TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, key)
);

-- JSON as it was given, and whether it counts.
ALTER TABLE projects ADD COLUMN operating_hours TEXT;
ALTER TABLE projects ADD COLUMN active_hours INTEGER NOT NULL DEFAULT 0;
