"""Tests of the panels service."""
