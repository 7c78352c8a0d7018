"""The `permanence` command."""
