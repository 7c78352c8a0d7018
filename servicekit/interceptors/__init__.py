"""What stands around every handler, outermost first: request id, errors, log, identity, deadline."""
