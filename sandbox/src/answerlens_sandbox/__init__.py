"""A small pretend outside world: a search site, chat sites and a language model."""
