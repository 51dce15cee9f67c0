-- Whose turn it is: assigned_at is when a member last was given a conversation in turn, max_chats how many open ones
-- it has at the most (null: no limit). attributes and settings are JSON.
ALTER TABLE members ADD COLUMN assigned_at BIGINT;
ALTER TABLE members ADD COLUMN max_chats INTEGER;
ALTER TABLE members ADD COLUMN profile_status TEXT;
ALTER TABLE members ADD COLUMN attributes TEXT;
ALTER TABLE members ADD COLUMN settings TEXT;
ALTER TABLE members ADD COLUMN trashed INTEGER NOT NULL DEFAULT 0;

-- Whether the conversation is open, so that a member's open ones are counted without all that it ever had.
ALTER TABLE participants ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1;
UPDATE participants SET is_open = 0 WHERE EXISTS (
    SELECT 1 FROM conversations v WHERE v.project_id = participants.project_id
    AND v.id = participants.conversation_id AND v.status = 1000
);
CREATE INDEX participants_open ON participants (project_id, user_id) WHERE is_open = 1;

-- The ids of the memberships that follow a conversation, a JSON array.
ALTER TABLE conversations ADD COLUMN followers TEXT;

-- shares are the groups that a department's conversations go to, a JSON array of group_id and percentage. What is deleted
-- stays: conversations say where they were.
ALTER TABLE departments ADD COLUMN description TEXT;
ALTER TABLE departments ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE departments ADD COLUMN shares TEXT NOT NULL DEFAULT '[]';
ALTER TABLE departments ADD COLUMN id_group TEXT;
ALTER TABLE departments ADD COLUMN deleted_at BIGINT;
CREATE UNIQUE INDEX departments_default ON departments (project_id) WHERE is_default = 1;

-- Groups of the team, not of contacts.
CREATE TABLE agent_groups (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    trashed INTEGER NOT NULL DEFAULT 0,
    attributes TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);

CREATE TABLE agent_group_members (
    project_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (project_id, group_id, user_id),
    FOREIGN KEY (project_id, group_id) REFERENCES agent_groups (project_id, id)
);

-- Who was given what by hand, for the audit: most conversations are given in turn.
CREATE INDEX events_assigned_by_hand ON events (project_id, number)
    WHERE name = 'request.assign' AND actor_kind <> 'system';
