"""The service's adapters against the emulators, over sockets."""
