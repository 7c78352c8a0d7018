"""The mail server keeps messages whole and fails when told to."""

import json
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from microsoft_process import Running

from emulators.smtp.message_files import MessageFiles, folder_name

MESSAGE = b"From: a@council.example\r\nTo: carer-1@example.org\r\nSubject: x\r\n\r\n.leading dot\r\nl\xc3\xa9\r\n"
SENDER = "meetings@council.example"


class MailServer(Running):
    """The SMTP emulator with a client."""

    def __init__(self, folder: Path) -> None:
        self.mail_dir = folder / "mail"
        super().__init__("emulators.smtp", folder, "--port", "0", "--mail-dir", str(self.mail_dir))

    def send(self, *addresses: str) -> dict[str, tuple[int, bytes]]:
        port = int(str(self.ready["url"]).rsplit(":", 1)[1])
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            return client.sendmail(SENDER, list(addresses), MESSAGE)

    def order(self, text: str) -> None:
        (self.mail_dir / ".faults.json").write_text(text)


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    running = MailServer(tmp_path_factory.mktemp("smtp"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def server(one_server: MailServer) -> Iterator[MailServer]:
    yield one_server
    (one_server.mail_dir / ".faults.json").unlink(missing_ok=True)


def test_whole_numbered_and_once_per_recipient(server: MailServer) -> None:
    server.send("Carer-1@example.org")
    server.send("carer-1@example.org", "carer-2@example.org")
    folder = server.mail_dir / "carer-1@example.org"
    assert sorted(path.name for path in folder.iterdir()) == ["1.eml", "2.eml"]
    assert (folder / "1.eml").read_bytes() == MESSAGE
    assert (server.mail_dir / "carer-2@example.org" / "1.eml").exists()
    assert "example.org" not in (server.folder / "log").read_text()


def test_down(server: MailServer) -> None:
    server.order(json.dumps({"mode": "down"}))
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        server.send("carer-3@example.org")
    assert refused.value.smtp_code == 421
    server.order("{broken")
    with pytest.raises(smtplib.SMTPResponseException):
        server.send("carer-3@example.org")
    server.order(json.dumps({"mode": "fine"}))
    assert server.send("carer-3@example.org") == {}


def test_reject(server: MailServer) -> None:
    server.order(json.dumps({"mode": "reject"}))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.send("carer-4@example.org")
    assert refused.value.recipients["carer-4@example.org"][0] == 550
    assert not (server.mail_dir / "carer-4@example.org").exists()


def test_accept_then_drop(server: MailServer) -> None:
    server.order(json.dumps({"mode": "accept_then_drop"}))
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        server.send("carer-5@example.org")
    assert (server.mail_dir / "carer-5@example.org" / "1.eml").read_bytes() == MESSAGE


@pytest.mark.parametrize("address", ["../../etc/x@y", ".hidden@y", "a/b@y", "x\x00@y", "", "é@y"])
def test_no_address_leaves_the_folder(address: str, tmp_path: Path) -> None:
    kept = MessageFiles(tmp_path).keep(address, b"x")
    assert kept.parent.parent == tmp_path and not folder_name(address).startswith(".")


def test_numbers_are_never_reused(tmp_path: Path) -> None:
    files = MessageFiles(tmp_path)
    assert [files.keep("a@b", b"x").name for _ in range(3)] == ["1.eml", "2.eml", "3.eml"]
    assert MessageFiles(tmp_path).keep("a@b", b"x").name == "4.eml"
    assert [path.name for path in (tmp_path / "a@b").iterdir() if path.name.startswith(".")] == []
