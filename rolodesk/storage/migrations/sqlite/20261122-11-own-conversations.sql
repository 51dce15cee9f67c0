-- A member of the team who sees its own conversations alone finds those that wait for somebody, and those that it
-- follows, without a look at all the others.
CREATE INDEX conversations_of_nobody ON conversations (project_id, status, updated_at, id) WHERE assigned_at IS NULL;
CREATE INDEX conversations_of_nobody_by_created ON conversations (project_id, status, created_at, id)
    WHERE assigned_at IS NULL;
CREATE INDEX conversations_followed ON conversations (project_id, status, updated_at, id) WHERE followers IS NOT NULL;

-- For the planner, as in the first migration.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('conversations', 'conversations_of_nobody', '9000 9000 4500 1 1'),
    ('conversations', 'conversations_of_nobody_by_created', '9000 9000 4500 1 1'),
    ('conversations', 'conversations_followed', '900 900 450 1 1');
