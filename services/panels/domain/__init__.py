"""Panels: nouns, states and rules; no wire, no SQL, no clock of its own."""
