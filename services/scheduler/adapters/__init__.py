"""Other services, as the use cases see them."""
