"""The history of what people, commands and jobs did; append-only."""
