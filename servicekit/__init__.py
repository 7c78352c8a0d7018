"""What any gRPC service on PostgreSQL needs.

Knows no domain noun, no proto of ours and no service. See README.md.
"""
