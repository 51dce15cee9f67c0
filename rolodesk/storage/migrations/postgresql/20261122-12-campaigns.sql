-- Messages to all contacts of a segment. segment and draft are JSON, as they were when it was asked for. gathered is how
-- many recipients are written down, in the order of their ids up to last_contact; place the number of the last one dealt
-- with, skipped a JSON object of counts by reason. open is 0 once nothing is left to do.
CREATE TABLE campaigns (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    client_id TEXT,
    segment TEXT NOT NULL,
    draft TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    open INTEGER NOT NULL DEFAULT 1,
    gathered INTEGER NOT NULL DEFAULT 0,
    last_contact TEXT NOT NULL DEFAULT '',
    place INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    skipped TEXT NOT NULL DEFAULT '{}',
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX campaigns_asked_once ON campaigns (project_id, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX campaigns_newest ON campaigns (project_id, created_at, id);
CREATE INDEX campaigns_open ON campaigns (project_id, id) WHERE open = 1;

-- Kept while a campaign is under way. identity_id is the one that has got its message: nobody gets it twice.
CREATE TABLE campaign_recipients (
    project_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    identity_id TEXT,
    PRIMARY KEY (project_id, campaign_id, number),
    FOREIGN KEY (project_id, campaign_id) REFERENCES campaigns (project_id, id)
);
CREATE UNIQUE INDEX campaign_recipients_reached ON campaign_recipients (project_id, campaign_id, identity_id)
    WHERE identity_id IS NOT NULL;
