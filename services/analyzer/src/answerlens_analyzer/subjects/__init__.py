"""The rates of a diagnosis's brands on its private collections."""
