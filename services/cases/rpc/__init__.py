"""The wire: thin servicers, conversion, the error table."""
