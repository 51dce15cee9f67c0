"""What leaves the house: calls to webhooks, emails. It knows nothing of projects and stores nothing."""
