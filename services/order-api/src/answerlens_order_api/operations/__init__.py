"""What operators do: routers and what only they need."""
