"""Nouns, states, rules and errors; pure."""
