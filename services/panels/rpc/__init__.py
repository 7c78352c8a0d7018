"""The gRPC side: wire to domain and back."""
