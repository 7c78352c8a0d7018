"""Other services, turned into this service's own words."""
