"""What the service does, one file per verb. Speaks no wire and no SQL."""
