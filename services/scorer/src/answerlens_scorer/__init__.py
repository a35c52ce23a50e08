"""Scores how much room an answer leaves for brands."""
