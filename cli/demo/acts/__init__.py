"""The acts of the story, in order; each is one thing that somebody in a council does."""
