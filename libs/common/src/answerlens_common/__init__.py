"""What every AnswerLens service shares: events, delivery, stages, tables."""
