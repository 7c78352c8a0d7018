"""The `permanence` command."""

import os

# This process starts others: gRPC would tell of every fork on standard error.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
