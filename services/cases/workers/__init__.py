"""What a clock or another service's event starts."""
