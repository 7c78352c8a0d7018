"""The IMAP server itself: pymap on a Maildir, one mailbox, one password."""

import asyncio
from argparse import Namespace
from pathlib import Path

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.maildir import Config, Login
from pymap.backend.maildir.users import PasswordsFile, UsersFile
from pymap.imap import IMAPServer
from pysasl.hashing import Cleartext

INBOX = "inbox"
"""The Maildir's folder below the state folder."""


async def serve(host: str, port: int, state_dir: Path, address: str, password: str) -> asyncio.Server:
    """Listen; without TLS, for it is never more than this machine."""
    wanted = Namespace(
        base_dir=str(state_dir),
        concurrency=1,
        layout="++",
        colon=None,
        debug=False,
        tls=False,
        host=host,
        port=port,
        cert=None,
        key=None,
        proxy_protocol=None,
        passlib_cfg=None,
        inherited_sockets=None,
    )
    config = Config.from_args(wanted, hash_context=Cleartext(), reject_insecure_auth=False)
    config.apply_context()
    await _let_in(str(state_dir), address, password)
    conversation = IMAPServer(Login(config), config)
    answer = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(conversation)
    return await asyncio.start_server(answer, host=host, port=port)


async def _let_in(base_dir: str, address: str, password: str) -> None:
    async with UsersFile.with_write(base_dir) as users, PasswordsFile.with_write(base_dir) as passwords:
        users.set(users.build_record(address, INBOX))
        passwords.set(passwords.build_record(address, password))
