"""What the order API reads and writes, by subject, in short transactions."""
