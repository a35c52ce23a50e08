"""Takes orders, shows their progress and their rates."""
