"""The authority and certificate that the emulator shows, made once and kept in its state folder."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

from emulators.atomic import write_atomically


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """`ca` is what clients must trust."""

    ca: Path
    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """TLS for the server side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.chain, self.key)
        return context


def kept_certificate(state_dir: Path) -> ServerCertificate:
    """The certificate in the state folder, made at the first start; `ca.pem` is written last."""
    files = ServerCertificate(state_dir / "ca.pem", state_dir / "server.pem", state_dir / "server-key.pem")
    if not files.ca.exists():
        authority = trustme.CA(organization_name="Permanence emulators")
        issued = authority.issue_cert("127.0.0.1", "localhost", "::1")
        write_atomically(files.key, issued.private_key_pem.bytes(), mode=0o600)
        write_atomically(files.chain, b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        write_atomically(files.ca, authority.cert_pem.bytes())
    return files
