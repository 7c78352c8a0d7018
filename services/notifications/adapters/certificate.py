"""When the certificate with which Microsoft Graph is asked runs out."""

from datetime import datetime
from pathlib import Path

from cryptography import x509


def certificate_end(path: Path) -> datetime:
    """The last instant at which the first certificate of a PEM file is valid. ValueError where there is none."""
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
