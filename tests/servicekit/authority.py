"""A tiny identity authority over TLS.

JWKS by tenant and client credentials, with keys that can be rotated.
"""

import ssl
import time
from functools import cache
from pathlib import Path
from uuid import uuid4

import jwt
import trustme
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from servicekit.config import Council

AUDIENCE = "api://permanence"


@cache
def _first_key() -> rsa.RSAPrivateKey:
    """Making one takes longer than most tests: authorities of one process begin with the same, unless they forge."""
    return _another_key()


def _another_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Authority:
    """`async with Authority(folder) as authority`; `fetches` counts how often keys were asked for."""

    def __init__(self, folder: Path) -> None:
        self._certificates = trustme.CA()
        self.ca_file = folder / "ca.pem"
        self._certificates.cert_pem.write_to_path(str(self.ca_file))
        self.fetches = 0
        self.fails = False
        self.url = ""
        self.key, self.kid = _first_key(), uuid4().hex

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish no other."""
        self.key, self.kid = _another_key(), uuid4().hex

    async def __aenter__(self) -> "Authority":
        app = web.Application()
        app.router.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._discovery)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._certificates.issue_cert("127.0.0.1").configure_cert(context)
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        self.url = f"https://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def token(self, council: Council, **changes: object) -> str:
        """A user's token; each claim can be changed, or left out with None."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": f"{self.url}/{council.tenant_id}/v2.0", "aud": AUDIENCE, "tid": council.tenant_id, "oid": "oid-1",
            "iat": now, "nbf": now, "exp": now + 600, "roles": ["business-support"], "scp": "access_as_user",
        }  # fmt: skip
        claims = {key: value for key, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    async def _keys(self, _: web.Request) -> web.Response:
        self.fetches += 1
        if self.fails:
            raise web.HTTPServiceUnavailable
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**key, "kid": self.kid, "use": "sig", "alg": "RS256"}]})

    async def _discovery(self, request: web.Request) -> web.Response:
        base = f"{self.url}/{request.match_info['tenant']}"
        return web.json_response({
            "issuer": f"{base}/v2.0", "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize", "jwks_uri": f"{base}/discovery/v2.0/keys",
        })  # fmt: skip

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form["client_secret"] != "secret":
            return web.json_response({"error": "invalid_client"}, status=401)
        council = Council(uuid4(), "", "", request.match_info["tenant"], "")
        token = self.token(council, oid="service-oid", scp=None, idtyp="app", roles=["service-kit"])
        return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": 3599})
