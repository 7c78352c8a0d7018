"""A case system behind SFTP or HTTPS: files arrive whole, its answers are found, and a stranger is given nothing."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest
import trustme
import yaml
from aiohttp import web

from servicekit.errors import Unavailable
from services.panels.adapters.delivery_ways import case_systems
from services.panels.app.minutes_ports import CaseSystem

COUNCIL = "demo"


class _AnyKey(asyncssh.SSHServer):
    """Lets in whoever has the one key that the test made."""

    def begin_auth(self, username: str) -> bool:
        return True


@pytest.fixture
async def sftp(tmp_path: Path) -> AsyncIterator[tuple[CaseSystem, Path, Path]]:
    """(the way there, the server's folder, the file of known hosts)."""
    host_key, user_key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "key").write_bytes(user_key.export_private_key())
    (tmp_path / "allowed").write_bytes(user_key.export_public_key())
    (folder := tmp_path / "server" / "in").mkdir(parents=True)
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        authorized_client_keys=str(tmp_path / "allowed"),
        server_factory=_AnyKey,
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(tmp_path / "server")),
    )
    port = server.get_port()
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}")
    way = {"way": "sftp", "host": "127.0.0.1", "port": port, "user": "permanence", "folder": "/in",
           "key_file": str(tmp_path / "key"), "known_hosts_file": str(known)}  # fmt: skip
    yield _system(tmp_path, way), folder, known
    server.close()
    await server.wait_closed()


@pytest.fixture
async def https(tmp_path: Path) -> AsyncIterator[tuple[CaseSystem, dict[str, bytes]]]:
    """(the way there, the files that the server has)."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    (tmp_path / "token").write_text("made-up-token\n")
    files: dict[str, bytes] = {}

    async def take(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if request.headers.get("Authorization") != "Bearer made-up-token":
            return web.Response(status=401)
        if name == "moved":
            return web.Response(status=307, headers={"Location": "/elsewhere"})
        if request.method == "PUT":
            files[name] = await request.read()
            return web.Response(status=201)
        return web.Response(status=200 if name in files else 404)

    app = web.Application()
    app.router.add_route("*", "/in/{name}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    way = {"way": "https", "url": f"https://127.0.0.1:{port}/in/", "token_file": str(tmp_path / "token"),
           "ca_file": str(tmp_path / "ca.pem")}  # fmt: skip
    yield _system(tmp_path, way), files
    await runner.cleanup()


def _system(tmp_path: Path, way: dict[str, object]) -> CaseSystem:
    (tmp_path / "ways.yaml").write_text(yaml.safe_dump({COUNCIL: way}))
    return case_systems(tmp_path / "folder", tmp_path / "ways.yaml")


async def test_sftp_puts_files_whole_finds_answers_and_connects_anew(sftp: tuple[CaseSystem, Path, Path]) -> None:
    system, folder, _ = sftp
    await system.put(COUNCIL, "a.json", b"one")
    await system.put(COUNCIL, "a.json", b"two")
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {"a.json": b"two"}, "nothing half, nothing twice"
    assert not await system.has(COUNCIL, "a.ack")
    (folder / "a.ack").touch()
    assert await system.has(COUNCIL, "a.ack")
    (folder / "a.json").unlink()
    folder.rename(folder.with_name("away"))
    with pytest.raises(Unavailable):
        await system.put(COUNCIL, "b.json", b"one")
    folder.with_name("away").rename(folder)
    await system.put(COUNCIL, "b.json", b"one")
    assert (folder / "b.json").read_bytes() == b"one"


async def test_sftp_gives_nothing_to_a_server_with_another_key(sftp: tuple[CaseSystem, Path, Path]) -> None:
    system, folder, known = sftp
    address = known.read_text().split()[0]
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    known.write_text(f"{address} {stranger}")
    with pytest.raises(Unavailable):
        await system.put(COUNCIL, "a.json", b"one")
    assert not list(folder.iterdir())


async def test_https_puts_files_and_finds_answers(https: tuple[CaseSystem, dict[str, bytes]]) -> None:
    system, files = https
    await system.put(COUNCIL, "a.pdf", b"one")
    await system.put(COUNCIL, "a.pdf", b"one")
    assert files == {"a.pdf": b"one"}
    assert not await system.has(COUNCIL, "a.ack")
    files["a.ack"] = b""
    assert await system.has(COUNCIL, "a.ack")


async def test_https_follows_nobody_elsewhere_and_tells_a_refusal_from_an_absence(
    https: tuple[CaseSystem, dict[str, bytes]], tmp_path: Path
) -> None:
    system, files = https
    with pytest.raises(Unavailable):
        await system.put(COUNCIL, "moved", b"one")
    (tmp_path / "token").write_text("old")
    with pytest.raises(Unavailable):
        await system.put(COUNCIL, "a.pdf", b"one")
    with pytest.raises(Unavailable):
        await system.has(COUNCIL, "a.ack")
    assert not files


async def test_a_council_without_a_way_has_its_folder(
    https: tuple[CaseSystem, dict[str, bytes]], tmp_path: Path
) -> None:
    system, files = https
    await system.put("other", "a.pdf", b"one")
    assert (tmp_path / "folder" / "other" / "a.pdf").read_bytes() == b"one"
    assert await system.has("other", "a.pdf") and not files


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ({"way": "https", "url": "http://example.org", "token_file": "t"}, "url"),
        ({"way": "sftp", "host": "h", "user": "u", "key_file": "k", "folder": "f"}, "known_hosts_file"),
        ({"way": "post"}, "demo"),
    ],
)
def test_a_wrong_way_keeps_the_service_from_starting(way: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=says):
        _system(tmp_path, way)
