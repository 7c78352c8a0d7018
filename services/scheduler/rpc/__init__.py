"""The wire: servicers, conversion and the error table."""
