"""Asks every question of a bank of an AI product, in a real browser."""
