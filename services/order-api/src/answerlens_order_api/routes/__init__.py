"""The HTTP API, a router a subject."""
