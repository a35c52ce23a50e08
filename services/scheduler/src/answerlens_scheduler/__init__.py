"""Fires the nightly refresh and the other timed jobs."""
