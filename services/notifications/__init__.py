"""Telling each person what they may know, once, and reading what they answer."""
