-- Mails that are to go out, have gone, or could not be delivered, and the ways back for forgotten passwords.

-- project_id is '' for the installation's own mails, to which no project has access. recipient_key is the recipient in its
-- comparable form. about_id is the message or the invitation that it is about. attempts rises with each claim: whoever
-- has claimed it says how it went under that number, and nobody whose claim has run out in the place of the next.
CREATE TABLE mails (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    from_name TEXT,
    reply_to TEXT,
    conversation_id TEXT,
    about_id TEXT,
    asked_by TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    created_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    claimed_until BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (project_id, id),
    FOREIGN KEY (project_id, conversation_id) REFERENCES conversations (project_id, id) ON DELETE CASCADE
);
CREATE INDEX mails_waiting ON mails (next_at, id) WHERE state = 'waiting';
CREATE INDEX mails_to_forget ON mails (created_at) WHERE state <> 'waiting' AND text <> '';
CREATE INDEX mails_newest ON mails (project_id, created_at, id);
CREATE INDEX mails_by_state ON mails (project_id, state, created_at, id);
CREATE INDEX mails_of_conversation ON mails (project_id, conversation_id, created_at, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX mails_about ON mails (project_id, about_id, created_at, id) WHERE about_id IS NOT NULL;
CREATE INDEX mails_to ON mails (project_id, recipient_key);

-- user_id is null for a moment only: what is done for an address without an account takes as long.
CREATE TABLE password_resets (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_of_user ON password_resets (user_id);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);
