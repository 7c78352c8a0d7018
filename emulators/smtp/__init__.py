"""A mail server that delivers nothing and keeps each message whole, as a file."""
