"""Who the children are, what has happened, and the clocks that follow."""
