"""The demo: real services, an embedded PostgreSQL, emulators of the outside, and a story that plays the main job."""
