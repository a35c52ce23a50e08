"""Computes the mention rates of every order."""
