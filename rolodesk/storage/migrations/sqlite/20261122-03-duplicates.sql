-- Duplicates: what of a contact is compared, the pairs that may be one person's, and the runs over all contacts.

-- Of every contact that stands for itself and is not in the trash what of it is compared. The rows of a contact that is
-- merged, trashed or erased go, and with them whatever was found by them.
CREATE TABLE match_evidence (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project_id, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
) WITHOUT ROWID;

-- Two contacts are compared if they share a key. signature tells people apart who share an address.
CREATE TABLE match_keys (
    project_id TEXT NOT NULL,
    key TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    signature TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, key, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES match_evidence (project_id, contact_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX match_keys_of_contact ON match_keys (project_id, contact_id);

-- Contacts whose candidates are still to be looked for. at rises with each mark: who has looked takes away the mark
-- that it has seen, never a later one.
CREATE TABLE match_pending (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project_id, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
) WITHOUT ROWID;
CREATE INDEX match_pending_by_age ON match_pending (project_id, at, contact_id);

CREATE TABLE suggestions (
    project_id TEXT NOT NULL,
    low_id TEXT NOT NULL,
    high_id TEXT NOT NULL,
    probability REAL NOT NULL,
    bits REAL NOT NULL,
    kinds TEXT NOT NULL,
    group_id TEXT,
    at INTEGER NOT NULL,
    run_id TEXT,
    PRIMARY KEY (project_id, low_id, high_id),
    FOREIGN KEY (project_id, low_id) REFERENCES match_evidence (project_id, contact_id) ON DELETE CASCADE,
    FOREIGN KEY (project_id, high_id) REFERENCES match_evidence (project_id, contact_id) ON DELETE CASCADE,
    CHECK (low_id < high_id)
) WITHOUT ROWID;
CREATE INDEX suggestions_of_high ON suggestions (project_id, high_id);
CREATE INDEX suggestions_of_group ON suggestions (project_id, group_id) WHERE group_id IS NOT NULL;

CREATE TABLE duplicate_groups (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    probability REAL NOT NULL,
    size INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX duplicate_groups_best_first ON duplicate_groups (project_id, probability, id);

CREATE TABLE duplicate_runs (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    step TEXT NOT NULL DEFAULT '',
    done REAL NOT NULL DEFAULT 0,
    contacts INTEGER NOT NULL DEFAULT 0,
    found INTEGER NOT NULL DEFAULT 0,
    merged INTEGER NOT NULL DEFAULT 0,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    started_at INTEGER,
    alive_at INTEGER,
    ended_at INTEGER,
    error TEXT,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX duplicate_runs_open ON duplicate_runs (project_id) WHERE state IN ('asked', 'running');

-- How a project wants its duplicates to be found; none where nothing differs from the defaults. marked is the last
-- contact that has been marked as pending since everything has to be looked at again, null once all are.
CREATE TABLE match_policy (
    project_id TEXT PRIMARY KEY REFERENCES projects (id),
    merge_alike INTEGER NOT NULL DEFAULT 0,
    suggest_at REAL NOT NULL DEFAULT 0.5,
    merge_at REAL NOT NULL DEFAULT 0.999,
    nightly INTEGER NOT NULL DEFAULT 1,
    languages TEXT,
    marked TEXT,
    counted INTEGER NOT NULL DEFAULT 0
);

-- How many contacts have a word as given name, surname, city or company, as the last run has counted.
CREATE TABLE match_words (
    project_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    word TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project_id, kind, word)
) WITHOUT ROWID;

-- The model by which a project's contacts are compared, where it is not the shipped one, and how often the project's own
-- people have agreed with so many bits. calibration is of the model that is called name.
CREATE TABLE match_models (
    project_id TEXT PRIMARY KEY REFERENCES projects (id),
    model TEXT,
    name TEXT NOT NULL DEFAULT '',
    calibration TEXT,
    learnt_at INTEGER NOT NULL
);

-- What people have said of pairs that were suggested to them, and how alike these were by which model.
CREATE TABLE match_decisions (
    project_id TEXT NOT NULL,
    low_id TEXT NOT NULL,
    high_id TEXT NOT NULL,
    same INTEGER NOT NULL,
    bits REAL NOT NULL,
    model TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project_id, low_id, high_id),
    FOREIGN KEY (project_id, low_id) REFERENCES contacts (project_id, id),
    FOREIGN KEY (project_id, high_id) REFERENCES contacts (project_id, id),
    CHECK (low_id < high_id)
) WITHOUT ROWID;
CREATE INDEX match_decisions_of_high ON match_decisions (project_id, high_id);

-- The group of suggestions that somebody has called different people by it.
ALTER TABLE vetoes ADD COLUMN group_id TEXT;
CREATE INDEX vetoes_of_group ON vetoes (project_id, group_id) WHERE group_id IS NOT NULL;

-- What an automatic merge goes by: probability, bits and levels, never values.
ALTER TABLE merges ADD COLUMN evidence TEXT;

INSERT INTO sequences (project_id, name, last) SELECT id, 'suggestions', 0 FROM projects;
INSERT INTO match_pending (project_id, contact_id, at)
    SELECT project_id, id, updated_at FROM contacts WHERE merged_into IS NULL AND status = 100;

-- For the planner, as in the first migration.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('match_evidence', 'match_evidence', '100000 100000 1'),
    ('match_keys', 'match_keys', '640000 640000 2 1'),
    ('match_keys', 'match_keys_of_contact', '640000 640000 7'),
    ('match_pending', 'match_pending', '10000 10000 1'),
    ('match_pending', 'match_pending_by_age', '10000 10000 2 1'),
    ('suggestions', 'suggestions', '20000 20000 2 1'),
    ('suggestions', 'suggestions_of_high', '20000 20000 2'),
    ('suggestions', 'suggestions_of_group', '18000 18000 2'),
    ('duplicate_groups', 'duplicate_groups_best_first', '10000 10000 2 1'),
    ('duplicate_groups', 'sqlite_autoindex_duplicate_groups_1', '10000 10000 1'),
    ('duplicate_runs', 'duplicate_runs_open', '10 1'),
    ('duplicate_runs', 'sqlite_autoindex_duplicate_runs_1', '1000 1000 1'),
    ('vetoes', 'vetoes_of_group', '2000 2000 2'),
    ('match_words', 'match_words', '50000 50000 10000 1'),
    ('match_decisions', 'match_decisions', '5000 5000 2 1'),
    ('match_decisions', 'match_decisions_of_high', '5000 5000 2');
