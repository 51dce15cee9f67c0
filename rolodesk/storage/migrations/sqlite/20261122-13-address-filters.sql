-- The network addresses that a project lets in and keeps out, a JSON object; null while it has none.
ALTER TABLE projects ADD COLUMN address_filter TEXT;
