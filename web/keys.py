"""The keys of addresses: UUIDs and nothing else, so that whatever else somebody types is a page that is not there."""

KEY = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
