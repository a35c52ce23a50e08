"""HTTP: what holds for all routes."""
