"""One process that serves the Entra and the Graph emulator over TLS."""
