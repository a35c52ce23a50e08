"""The answerlens command: a client of the order API, and the local stack."""
