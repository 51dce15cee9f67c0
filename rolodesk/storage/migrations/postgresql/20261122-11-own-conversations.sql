-- A member of the team who sees its own conversations alone finds those that wait for somebody, and those that it
-- follows, without a look at all the others.
CREATE INDEX conversations_of_nobody ON conversations (project_id, status, updated_at, id) WHERE assigned_at IS NULL;
CREATE INDEX conversations_of_nobody_by_created ON conversations (project_id, status, created_at, id)
    WHERE assigned_at IS NULL;
CREATE INDEX conversations_followed ON conversations (project_id, status, updated_at, id) WHERE followers IS NOT NULL;
