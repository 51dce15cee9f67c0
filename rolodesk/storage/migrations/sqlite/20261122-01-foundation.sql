-- The first schema. Times are milliseconds since 1970 (UTC), JSON is text, ids are 24 hexadecimal digits.
-- Every table of a project leads with project_id, in its key and in its foreign keys.

-- Global tables: what belongs to no project.

CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    firstname TEXT NOT NULL,
    lastname TEXT NOT NULL,
    phone TEXT,
    password_hash TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 100,
    language TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 100,
    settings TEXT NOT NULL DEFAULT '{}',
    widget TEXT NOT NULL DEFAULT '{}',
    attributes TEXT NOT NULL DEFAULT '{}',
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

-- The project's own tables.

CREATE TABLE project_secrets (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (project_id, id)
);

CREATE TABLE members (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'active',
    available INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, user_id)
);
CREATE INDEX members_of_user ON members (user_id, project_id);

CREATE TABLE invitations (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    accepted_by TEXT,
    revoked_at INTEGER,
    PRIMARY KEY (project_id, id)
);

CREATE TABLE departments (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    routing TEXT NOT NULL,
    is_default INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, id)
);

-- Running numbers of a project (contacts, tickets); the events have a counter of their own, taken last.
CREATE TABLE sequences (
    project_id TEXT NOT NULL,
    name TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (project_id, name)
) WITHOUT ROWID;

CREATE TABLE event_counters (
    project_id TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE events (
    project_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    contact_id TEXT,
    root_id TEXT,
    identity_id TEXT,
    conversation_id TEXT,
    subject_id TEXT,
    fields TEXT,
    PRIMARY KEY (project_id, number)
) WITHOUT ROWID;
CREATE INDEX events_of_contact ON events (project_id, contact_id, number) WHERE contact_id IS NOT NULL;
CREATE INDEX events_of_conversation ON events (project_id, conversation_id, number)
    WHERE conversation_id IS NOT NULL;

CREATE TABLE contacts (
    -- The row id, project number << 40 | n: the search index needs one, and a range of it keeps one
    -- project's search inside that project.
    no INTEGER PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 100,
    merged_into TEXT,
    root_id TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    fullname TEXT,
    email TEXT,
    phone TEXT,
    company TEXT,
    sort_name TEXT NOT NULL DEFAULT '',
    search_text TEXT NOT NULL DEFAULT '',
    profile TEXT NOT NULL DEFAULT '{}',
    attributes TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (project_id, id),
    UNIQUE (project_id, lead_id),
    FOREIGN KEY (project_id, merged_into) REFERENCES contacts (project_id, id),
    FOREIGN KEY (project_id, root_id) REFERENCES contacts (project_id, id),
    CHECK (merged_into IS NULL OR merged_into <> id),
    CHECK ((merged_into IS NULL) = (root_id = id))
);
CREATE INDEX contacts_by_created ON contacts (project_id, status, created_at, id) WHERE merged_into IS NULL;
CREATE INDEX contacts_by_updated ON contacts (project_id, status, updated_at, id) WHERE merged_into IS NULL;
CREATE INDEX contacts_by_name ON contacts (project_id, status, sort_name, id) WHERE merged_into IS NULL;
CREATE INDEX contacts_by_email ON contacts (project_id, status, coalesce(email, ''), id)
    WHERE merged_into IS NULL;
CREATE INDEX contacts_of_root ON contacts (project_id, root_id) WHERE merged_into IS NOT NULL;
CREATE VIRTUAL TABLE contact_search USING fts5 (
    search_text, content = 'contacts', content_rowid = 'no', tokenize = 'trigram'
);

-- Narrow and often written: a message touches this row and leaves the profile alone. own_* are the contact's,
-- the others the whole tree's; listed is the status of a contact that lists show, 0 for a merged one.
CREATE TABLE contact_activity (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    listed INTEGER NOT NULL,
    first_seen INTEGER,
    last_seen INTEGER NOT NULL,
    conversations INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    own_first_seen INTEGER,
    own_last_seen INTEGER NOT NULL,
    own_conversations INTEGER NOT NULL DEFAULT 0,
    own_messages INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
) WITHOUT ROWID;
CREATE INDEX contact_activity_by_last ON contact_activity (project_id, listed, last_seen, contact_id);

-- The folded tags of the contacts that lists show, for filtering by one.
CREATE TABLE contact_tags (
    project_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    PRIMARY KEY (project_id, tag, contact_id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
) WITHOUT ROWID;

-- How many contacts of each status the lists show, kept with each change.
CREATE TABLE contact_counts (
    project_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project_id, status)
) WITHOUT ROWID;

CREATE TABLE identities (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    verified_at INTEGER,
    blocked_at INTEGER,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    conversations INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, kind, key),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
);
CREATE INDEX identities_of_contact ON identities (project_id, contact_id);
CREATE INDEX identities_by_key ON identities (project_id, key);

-- Tokens of this identity key issued up to `before` are void: signed out, erased. Kept by key, since an identity's
-- row comes with its first message only.
CREATE TABLE revocations (
    project_id TEXT NOT NULL,
    key TEXT NOT NULL,
    before INTEGER NOT NULL,
    PRIMARY KEY (project_id, key)
) WITHOUT ROWID;

-- A value and where it came from; the newest of a source counts, older ones are the history. item is a tag or an
-- item of a list, '' elsewhere. value is JSON; null is a clearing.
CREATE TABLE contact_values (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    id TEXT NOT NULL,
    field TEXT NOT NULL,
    item TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    by_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    identity_id TEXT,
    basis_id TEXT,
    generated INTEGER NOT NULL DEFAULT 0,
    verified INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, contact_id, field, item, id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
);
CREATE INDEX contact_values_of_identity ON contact_values (project_id, identity_id)
    WHERE identity_id IS NOT NULL;

-- Every email and phone that a contact has had. key is the normalised form, null where there is none.
CREATE TABLE contact_points (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    key TEXT,
    source TEXT NOT NULL,
    by_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    identity_id TEXT,
    verified_at INTEGER,
    removed_at INTEGER,
    PRIMARY KEY (project_id, contact_id, id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
);
CREATE INDEX contact_points_by_key ON contact_points (project_id, kind, key) WHERE key IS NOT NULL;

CREATE TABLE contact_notes (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (project_id, contact_id, id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
);

-- What a visitor agreed to: the text it read, when, and on which page.
CREATE TABLE consents (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    agreed INTEGER NOT NULL,
    page TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (project_id, contact_id, id),
    FOREIGN KEY (project_id, contact_id) REFERENCES contacts (project_id, id)
);

CREATE TABLE properties (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    type TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 100,
    identifying INTEGER NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, name)
);

CREATE TABLE tags (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    tag TEXT NOT NULL,
    color TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, tag)
);

-- A conversation belongs to an identity and never moves.
CREATE TABLE conversations (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    identity_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    department_id TEXT,
    subject TEXT,
    first_text TEXT NOT NULL,
    channel TEXT NOT NULL DEFAULT 'chat21',
    priority TEXT NOT NULL DEFAULT 'medium',
    language TEXT,
    source_page TEXT,
    user_agent TEXT,
    attributes TEXT,
    location TEXT,
    rating INTEGER,
    rating_message TEXT,
    messages INTEGER NOT NULL DEFAULT 0,
    last_message TEXT,
    last_message_at INTEGER,
    waiting_since INTEGER,
    visitor_seen INTEGER NOT NULL DEFAULT 0,
    team_seen INTEGER NOT NULL DEFAULT 0,
    first_response_at INTEGER,
    assigned_at INTEGER,
    closed_at INTEGER,
    closed_by TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, request_id),
    FOREIGN KEY (project_id, identity_id) REFERENCES identities (project_id, id)
);
CREATE INDEX conversations_of_identity ON conversations (project_id, identity_id, updated_at, id);
CREATE INDEX conversations_by_status ON conversations (project_id, status, updated_at, id);

CREATE TABLE participants (
    project_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    added_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project_id, conversation_id, user_id),
    FOREIGN KEY (project_id, conversation_id) REFERENCES conversations (project_id, id)
) WITHOUT ROWID;
CREATE INDEX participants_of_user ON participants (project_id, user_id);

CREATE TABLE messages (
    project_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT,
    sender_kind TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    sender_name TEXT,
    type TEXT NOT NULL DEFAULT 'text',
    text TEXT NOT NULL,
    attributes TEXT,
    metadata TEXT,
    language TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, conversation_id, number),
    FOREIGN KEY (project_id, conversation_id) REFERENCES conversations (project_id, id)
);
CREATE UNIQUE INDEX messages_by_id ON messages (project_id, id);
CREATE UNIQUE INDEX messages_sent_once ON messages (project_id, conversation_id, client_id)
    WHERE client_id IS NOT NULL;

CREATE TABLE conversation_notes (
    project_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (project_id, conversation_id, id),
    FOREIGN KEY (project_id, conversation_id) REFERENCES conversations (project_id, id)
);

CREATE TABLE conversation_tags (
    project_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    id TEXT NOT NULL,
    color TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, conversation_id, tag),
    FOREIGN KEY (project_id, conversation_id) REFERENCES conversations (project_id, id)
);

-- What a large project looks like, for the planner: without statistics it takes any index that begins with project_id
-- for as good as the right one, and reads all of the project. Counted in a project of 100,000 contacts.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('contact_activity', 'contact_activity', '100000 100000 1'),
    ('contact_activity', 'contact_activity_by_last', '100000 100000 50000 1 1'),
    ('contact_notes', 'sqlite_autoindex_contact_notes_1', '50000 50000 2 1'),
    ('contact_points', 'contact_points_by_key', '110000 110000 55000 1'),
    ('contact_points', 'sqlite_autoindex_contact_points_1', '110000 110000 2 1'),
    ('contact_tags', 'contact_tags', '20000 20000 5000 1'),
    ('contact_values', 'contact_values_of_identity', '150000 150000 2'),
    ('contact_values', 'sqlite_autoindex_contact_values_1', '250000 250000 3 1 1 1'),
    ('contacts', 'contacts_by_created', '100000 100000 50000 1 1'),
    ('contacts', 'contacts_by_email', '100000 100000 50000 2 1'),
    ('contacts', 'contacts_by_name', '100000 100000 50000 7 1'),
    ('contacts', 'contacts_by_updated', '100000 100000 50000 1 1'),
    ('contacts', 'contacts_of_root', '10000 10000 2'),
    ('contacts', 'sqlite_autoindex_contacts_1', '100000 100000 1'),
    ('contacts', 'sqlite_autoindex_contacts_2', '100000 100000 1'),
    ('consents', 'sqlite_autoindex_consents_1', '50000 50000 2 1'),
    ('conversation_notes', 'sqlite_autoindex_conversation_notes_1', '20000 20000 2 1'),
    ('conversation_tags', 'sqlite_autoindex_conversation_tags_1', '20000 20000 2 1'),
    ('conversations', 'conversations_by_status', '90000 90000 45000 1 1'),
    ('conversations', 'conversations_of_identity', '90000 90000 2 1 1'),
    ('conversations', 'sqlite_autoindex_conversations_1', '90000 90000 1'),
    ('conversations', 'sqlite_autoindex_conversations_2', '90000 90000 1'),
    ('events', 'events', '376000 376000 1'),
    ('events', 'events_of_contact', '376000 376000 4 1'),
    ('events', 'events_of_conversation', '274000 274000 3 1'),
    ('identities', 'identities_by_key', '100000 100000 1'),
    ('identities', 'identities_of_contact', '100000 100000 1'),
    ('identities', 'sqlite_autoindex_identities_1', '100000 100000 1'),
    ('identities', 'sqlite_autoindex_identities_2', '100000 100000 50000 1'),
    ('messages', 'messages_by_id', '180000 180000 1'),
    ('messages', 'messages_sent_once', '180000 180000 2 1'),
    ('messages', 'sqlite_autoindex_messages_1', '180000 180000 2 1'),
    ('participants', 'participants', '60000 60000 1 1'),
    ('participants', 'participants_of_user', '60000 60000 5000');
