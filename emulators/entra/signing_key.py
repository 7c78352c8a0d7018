"""The key that signs every token; kept, so that tokens outlive a restart."""

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulators.atomic import write_atomically


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


class SigningKey:
    """An RSA key in the state folder, with its key id and its public half as a JWK (RFC 7517)."""

    def __init__(self, state_dir: Path) -> None:
        path = state_dir / "signing-key.pem"
        if not path.exists():
            write_atomically(path, _new_key(), mode=0o600)
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(private, rsa.RSAPrivateKey)
        self.private = private
        self.public = private.public_key()
        numbers = self.public.public_numbers()
        self.kid = hashlib.sha256(_number(numbers.n).encode()).hexdigest()[:27]
        self.jwk = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": _number(numbers.n),
            "e": _number(numbers.e),
        }


def _new_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
