-- What clients of the reference know of a conversation besides: preflight is one that a proactive message began and
-- nobody has answered, draft one of a test; working_status (new, pending, open) is the team's own.
ALTER TABLE conversations ADD COLUMN preflight INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN draft INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN working_status TEXT;
ALTER TABLE conversations ADD COLUMN smart_assignment INTEGER NOT NULL DEFAULT 1;

-- The API's lists begin with what was made last; with preflight in it a count needs the index alone.
CREATE INDEX conversations_by_created ON conversations (project_id, status, created_at, id, preflight);
CREATE INDEX conversations_by_ticket ON conversations (project_id, ticket);
