-- Webhooks. What has happened is read from the events, each hook at its own place; what is to be sent of it stands in
-- deliveries until somebody has taken it.

-- `names` are the events that a hook wants, sorted, with commas between. `planned` is the last event whose delivery is
-- written, or that the hook does not want. `failing_since` is the first failure since anything went through.
-- The secret must be readable, since it signs; the former one signs too for a day after it was changed.
CREATE TABLE webhooks (
    project_id TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    names TEXT NOT NULL,
    secret TEXT NOT NULL,
    former_secret TEXT,
    former_until BIGINT,
    legacy INTEGER NOT NULL DEFAULT 0,
    planned BIGINT NOT NULL,
    failing_since BIGINT,
    disabled_at BIGINT,
    disabled_by TEXT,
    reason TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, names, target)
);

-- `body` is sent as it stands at every try; it is null once the person whom it told of is erased. `due_at` is set while
-- the delivery may be tried: nothing that concerns the same contact is before it, and it has not ended. Who tries it
-- sets `due_at` to when it may be taken from him, and `claim`. `number` is the event's, null for a test. `single` is
-- tried once and out of turn: a test, or what somebody has sent again.
CREATE TABLE webhook_deliveries (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    hook_id TEXT NOT NULL,
    number BIGINT,
    name TEXT NOT NULL,
    body TEXT,
    state TEXT NOT NULL,
    single INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    first_at BIGINT,
    due_at BIGINT,
    claim TEXT,
    status INTEGER,
    error TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (project_id, id),
    UNIQUE (project_id, hook_id, number),
    FOREIGN KEY (project_id, hook_id) REFERENCES webhooks (project_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (project_id, hook_id, single, due_at, number)
    WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_of_hook ON webhook_deliveries (project_id, hook_id, id);
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (project_id, hook_id, state, id);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (project_id, ended_at) WHERE ended_at IS NOT NULL;

-- Whom a delivery concerns. With `waits` it stands in that contact's line: what comes later in it waits. Without, the
-- contact is only told of in the body, or the delivery has ended; erasing goes by both.
CREATE TABLE webhook_lines (
    project_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    hook_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    delivery_id TEXT NOT NULL,
    waits INTEGER NOT NULL,
    PRIMARY KEY (project_id, contact_id, hook_id, number),
    FOREIGN KEY (project_id, delivery_id) REFERENCES webhook_deliveries (project_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_lines_waiting ON webhook_lines (project_id, hook_id, contact_id, number) WHERE waits = 1;
CREATE INDEX webhook_lines_of_delivery ON webhook_lines (project_id, delivery_id);

CREATE TABLE webhook_tries (
    project_id TEXT NOT NULL,
    id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    duration INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    answer TEXT,
    PRIMARY KEY (project_id, id),
    FOREIGN KEY (project_id, delivery_id) REFERENCES webhook_deliveries (project_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_tries_of_delivery ON webhook_tries (project_id, delivery_id, id);
