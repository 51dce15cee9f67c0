-- Duplicates: what of a contact is compared, the pairs that may be one person's, and the runs over all contacts.

-- Of every contact that stands for itself and is not in the trash what of it is compared. The rows of a contact that is
-- merged, trashed or erased go, and with them whatever was found by them.
CREATE TABLE match_evidence (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
);

-- Two contacts are compared if they share a key. signature tells people apart who share an address.
CREATE TABLE match_keys (
    project_id TEXT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    contact_id TEXT NOT NULL,
    signature TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, key, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES match_evidence (project_id, contact_id) ON DELETE CASCADE
);
CREATE INDEX match_keys_of_contact ON match_keys (project_id, contact_id);

-- Contacts whose candidates are still to be looked for. at rises with each mark: who has looked takes away the mark
-- that it has seen, never a later one.
CREATE TABLE match_pending (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
);
CREATE INDEX match_pending_by_age ON match_pending (project_id, at, contact_id);

CREATE TABLE suggestions (
    project_id TEXT NOT NULL,
    low_id TEXT NOT NULL,
    high_id TEXT NOT NULL,
    probability DOUBLE PRECISION NOT NULL,
    bits DOUBLE PRECISION NOT NULL,
    kinds TEXT NOT NULL,
    group_id TEXT,
    at BIGINT NOT NULL,
    run_id TEXT,
    PRIMARY KEY (project_id, low_id, high_id),
    FOREIGN KEY (project_id, low_id) REFERENCES match_evidence (project_id, contact_id) ON DELETE CASCADE,
    FOREIGN KEY (project_id, high_id) REFERENCES match_evidence (project_id, contact_id) ON DELETE CASCADE,
    CHECK (low_id < high_id)
);
CREATE INDEX suggestions_of_high ON suggestions (project_id, high_id);
CREATE INDEX suggestions_of_group ON suggestions (project_id, group_id) WHERE group_id IS NOT NULL;

CREATE TABLE duplicate_groups (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    probability DOUBLE PRECISION NOT NULL,
    size INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX duplicate_groups_best_first ON duplicate_groups (project_id, probability, id);

CREATE TABLE duplicate_runs (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    step TEXT NOT NULL DEFAULT '',
    done DOUBLE PRECISION NOT NULL DEFAULT 0,
    contacts INTEGER NOT NULL DEFAULT 0,
    found INTEGER NOT NULL DEFAULT 0,
    merged INTEGER NOT NULL DEFAULT 0,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    started_at BIGINT,
    alive_at BIGINT,
    ended_at BIGINT,
    error TEXT,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX duplicate_runs_open ON duplicate_runs (project_id) WHERE state IN ('asked', 'running');

-- How a project wants its duplicates to be found; none where nothing differs from the defaults. marked is the last
-- contact that has been marked as pending since everything has to be looked at again, null once all are.
CREATE TABLE match_policy (
    project_id TEXT PRIMARY KEY REFERENCES projects (id),
    merge_alike INTEGER NOT NULL DEFAULT 0,
    suggest_at DOUBLE PRECISION NOT NULL DEFAULT 0.5,
    merge_at DOUBLE PRECISION NOT NULL DEFAULT 0.999,
    nightly INTEGER NOT NULL DEFAULT 1,
    languages TEXT,
    marked TEXT,
    counted BIGINT NOT NULL DEFAULT 0
);

-- How many contacts have a word as given name, surname, city or company, as the last run has counted.
CREATE TABLE match_words (
    project_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project_id, kind, word)
);

-- The model by which a project's contacts are compared, where it is not the shipped one, and how often the project's own
-- people have agreed with so many bits. calibration is of the model that is called name.
CREATE TABLE match_models (
    project_id TEXT PRIMARY KEY REFERENCES projects (id),
    model TEXT,
    name TEXT NOT NULL DEFAULT '',
    calibration TEXT,
    learnt_at BIGINT NOT NULL
);

-- What people have said of pairs that were suggested to them, and how alike these were by which model.
CREATE TABLE match_decisions (
    project_id TEXT NOT NULL,
    low_id TEXT NOT NULL,
    high_id TEXT NOT NULL,
    same INTEGER NOT NULL,
    bits DOUBLE PRECISION NOT NULL,
    model TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, low_id, high_id),
    FOREIGN KEY (project_id, low_id) REFERENCES contacts (project_id, id),
    FOREIGN KEY (project_id, high_id) REFERENCES contacts (project_id, id),
    CHECK (low_id < high_id)
);
CREATE INDEX match_decisions_of_high ON match_decisions (project_id, high_id);

-- The group of suggestions that somebody has called different people by it.
ALTER TABLE vetoes ADD COLUMN group_id TEXT;
CREATE INDEX vetoes_of_group ON vetoes (project_id, group_id) WHERE group_id IS NOT NULL;

-- What an automatic merge goes by: probability, bits and levels, never values.
ALTER TABLE merges ADD COLUMN evidence TEXT;

INSERT INTO sequences (project_id, name, last) SELECT id, 'suggestions', 0 FROM projects;
INSERT INTO match_pending (project_id, contact_id, at)
    SELECT project_id, id, updated_at FROM contacts WHERE merged_into IS NULL AND status = 100;
