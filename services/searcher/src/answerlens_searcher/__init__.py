"""Finds what people ask about a keyword."""
