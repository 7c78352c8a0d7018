"""A case system's folder on an SFTP server. Its host key has to be known beforehand: nobody else is given a record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import asyncssh

from servicekit.errors import Unavailable

_SECONDS: Final = 30


@dataclass(frozen=True)
class SftpWay:
    """`key_file`: our private key. `known_hosts_file`: the server's keys. `folder`: absolute, or from the login's."""

    host: str
    user: str
    key_file: str
    known_hosts_file: str
    folder: str
    port: int = 22


class SftpFolder:
    """As the port `CaseSystem` says. One connection is kept, and made anew once it is lost."""

    def __init__(self, way: SftpWay) -> None:
        self._way = way
        self._lock = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    async def put(self, council: str, name: str, content: bytes) -> None:
        """Written beside and then renamed, so that nobody sees half of it."""
        fresh = f"{self._way.folder}/.{name}.{uuid4().hex}"
        async with self._open() as client:
            async with client.open(fresh, "wb") as file:
                await file.write(content)
            await client.posix_rename(fresh, f"{self._way.folder}/{name}")

    async def has(self, council: str, name: str) -> bool:
        """Whether it is there."""
        async with self._open() as client:
            return bool(await client.exists(f"{self._way.folder}/{name}"))

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """Unavailable, and the next call connects anew, where the server cannot be reached or says no."""
        async with self._lock:
            try:
                if self._client is None:
                    self._connection, self._client = await self._connect()
                yield self._client
            except (asyncssh.Error, OSError) as error:
                self._forget()
                raise Unavailable(service="case-system") from error

    async def _connect(self) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        connection = await asyncssh.connect(
            self._way.host,
            self._way.port,
            username=self._way.user,
            client_keys=[self._way.key_file],
            known_hosts=self._way.known_hosts_file,
            config=None,
            connect_timeout=_SECONDS,
            keepalive_interval=_SECONDS,
        )
        return connection, await connection.start_sftp_client()

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._client = None
