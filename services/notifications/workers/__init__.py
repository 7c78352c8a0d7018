"""What a clock or another service starts."""
