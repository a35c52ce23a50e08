"""`answerlens setup`: from a key or two to a first report of real answers."""
