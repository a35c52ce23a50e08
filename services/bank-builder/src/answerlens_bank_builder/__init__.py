"""Derives a bank of questions from what people ask."""
