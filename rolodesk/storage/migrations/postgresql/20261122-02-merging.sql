-- Merging: a merge is one arrow from a contact to another, a split a new home for chosen identities. What has been
-- undone stays as history.

CREATE TABLE merges (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    group_id TEXT NOT NULL,
    winner_id TEXT NOT NULL,
    loser_id TEXT NOT NULL,
    choices TEXT NOT NULL DEFAULT '{}',
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    reason TEXT,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    undone_kind TEXT,
    undone_by TEXT,
    PRIMARY KEY (project_id, id),
    FOREIGN KEY (project_id, winner_id) REFERENCES contacts (project_id, id),
    FOREIGN KEY (project_id, loser_id) REFERENCES contacts (project_id, id),
    CHECK (winner_id <> loser_id),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
CREATE UNIQUE INDEX merges_active ON merges (project_id, loser_id) WHERE undone_at IS NULL;
CREATE INDEX merges_of_loser ON merges (project_id, loser_id, number);
CREATE INDEX merges_of_winner ON merges (project_id, winner_id, number);
CREATE INDEX merges_of_group ON merges (project_id, group_id);

CREATE TABLE splits (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    from_id TEXT NOT NULL,
    into_id TEXT NOT NULL,
    made INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    reason TEXT,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    undone_kind TEXT,
    undone_by TEXT,
    PRIMARY KEY (project_id, id),
    FOREIGN KEY (project_id, from_id) REFERENCES contacts (project_id, id),
    FOREIGN KEY (project_id, into_id) REFERENCES contacts (project_id, id),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
CREATE INDEX splits_of_from ON splits (project_id, from_id, number);
CREATE INDEX splits_of_into ON splits (project_id, into_id, number);

-- home_id is where the identity lived before. Its home is the into_id of its latest split that stands, or else the
-- home_id of its very first one.
CREATE TABLE split_identities (
    project_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    split_id TEXT NOT NULL,
    home_id TEXT NOT NULL,
    PRIMARY KEY (project_id, identity_id, split_id),
    FOREIGN KEY (project_id, split_id) REFERENCES splits (project_id, id),
    FOREIGN KEY (project_id, identity_id) REFERENCES identities (project_id, id)
);
CREATE INDEX split_identities_of_split ON split_identities (project_id, split_id);

-- The same browser has held the tokens of both: each may read the other's conversations until that is taken back.
CREATE TABLE identity_proofs (
    project_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    user_identity_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    merge_id TEXT,
    undone_at BIGINT,
    undone_by TEXT,
    PRIMARY KEY (project_id, identity_id, user_identity_id),
    FOREIGN KEY (project_id, identity_id) REFERENCES identities (project_id, id),
    FOREIGN KEY (project_id, user_identity_id) REFERENCES identities (project_id, id)
);
CREATE INDEX identity_proofs_of_user ON identity_proofs (project_id, user_identity_id);

-- Two contacts that a person has taken apart or called different; low_id is the smaller id.
CREATE TABLE vetoes (
    project_id TEXT NOT NULL,
    low_id TEXT NOT NULL,
    high_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, low_id, high_id),
    FOREIGN KEY (project_id, low_id) REFERENCES contacts (project_id, id),
    FOREIGN KEY (project_id, high_id) REFERENCES contacts (project_id, id),
    CHECK (low_id < high_id)
);
CREATE INDEX vetoes_of_high ON vetoes (project_id, high_id);

-- What a caller has asked under an Idempotency-Key and what was made of it: ids only, never values.
CREATE TABLE idempotency_keys (
    project_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, actor_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (project_id, at);

-- A row that adopts shows the value that the member basis_id has of that source, and holds none itself.
ALTER TABLE contact_values ADD COLUMN adopts TEXT;
CREATE INDEX contact_values_of_basis ON contact_values (project_id, basis_id) WHERE basis_id IS NOT NULL;

-- The member whose address the team has edited to this one: it goes with that member.
ALTER TABLE contact_points ADD COLUMN basis_id TEXT;
CREATE INDEX contact_points_of_basis ON contact_points (project_id, basis_id) WHERE basis_id IS NOT NULL;
CREATE INDEX events_of_merges ON events (project_id, root_id, number)
    WHERE name IN ('lead.merge', 'lead.unmerge', 'lead.split');
CREATE INDEX events_by_name ON events (project_id, name, number) WHERE name <> 'message.create';
INSERT INTO sequences (project_id, name, last) SELECT id, 'merge', 0 FROM projects;
