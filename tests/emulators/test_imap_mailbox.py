"""The mailbox shows what the mail server kept for its address, each message once, over restarts."""

from collections.abc import Iterator
from pathlib import Path

import imapclient
import pytest
from imapclient.exceptions import LoginError
from microsoft_process import Running, wait_for

from emulators.imap.delivery import Delivery
from emulators.smtp.message_files import MessageFiles

ADDRESS = "invitations@council.example"


class Mailbox(Running):
    """The IMAP emulator with a client."""

    def __init__(self, folder: Path) -> None:
        self.files = MessageFiles(folder / "mail")
        super().__init__(
            "emulators.imap", folder, "--port", "0", "--mail-dir", str(folder / "mail"),
            "--state-dir", str(folder / "state"), "--address", ADDRESS,
        )  # fmt: skip

    def client(self, password: str = "demo") -> imapclient.IMAPClient:
        opened = imapclient.IMAPClient(
            "127.0.0.1", int(str(self.ready["url"]).rsplit(":", 1)[1]), ssl=False, timeout=10
        )
        opened.login(ADDRESS, password)
        return opened

    def seen(self) -> tuple[int, list[int]]:
        with self.client() as opened:
            validity = opened.select_folder("INBOX")[b"UIDVALIDITY"]
            return validity, opened.search("ALL")


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    running = Mailbox(tmp_path)
    yield running
    assert running.stop() == 0


def test_what_comes_is_shown_with_its_numbers_kept_over_a_restart(mailbox: Mailbox) -> None:
    mailbox.files.keep(ADDRESS, b"Subject: 1\r\n\r\nx\r\n")
    mailbox.files.keep("somebody@council.example", b"Subject: 2\r\n\r\nx\r\n")
    wait_for(lambda: mailbox.seen()[1] == [1])
    before = mailbox.seen()
    mailbox.kill()
    mailbox.start()
    assert mailbox.seen() == before
    mailbox.files.keep(ADDRESS, b"Subject: 3\r\n\r\nx\r\n")
    wait_for(lambda: mailbox.seen() == (before[0], [1, 2]))
    assert ADDRESS not in (mailbox.folder / "log").read_text()


def test_it_starts_where_temporary_files_lie_on_another_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path.stat().st_dev
    others = [place for place in ("/dev/shm", "/tmp", "/var/tmp") if Path(place).is_dir()]
    elsewhere = next((place for place in others if Path(place).stat().st_dev != ours), None)
    if elsewhere is None:
        pytest.skip("this machine has one file system alone")
    monkeypatch.setenv("TMPDIR", elsewhere)
    running = Mailbox(tmp_path)
    assert running.seen()[1] == []
    assert running.stop() == 0


def test_another_password_is_refused(mailbox: Mailbox) -> None:
    with pytest.raises(LoginError):
        mailbox.client("other")


def test_a_delivery_that_was_broken_off_brings_no_message_twice(tmp_path: Path) -> None:
    files = MessageFiles(tmp_path / "mail")
    for number in (1, 2):
        files.keep(ADDRESS, f"Subject: {number}\r\n\r\n".encode())
    delivery = Delivery(tmp_path / "mail" / ADDRESS, tmp_path / "inbox")
    assert delivery.deliver() == 2
    (tmp_path / "inbox.delivered").write_text("1")
    assert delivery.deliver() == 1
    assert len(list((tmp_path / "inbox" / "new").iterdir())) == 2
