"""Work that nobody waits for: each job is a thread that calls verbs and, through `sending`, the world outside."""
