"""What another service's events start."""
