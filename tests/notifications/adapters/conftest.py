"""Emulator processes that all tests here share; each test begins with them emptied."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import GraphSession, open_graph_session
from tests.emulators.microsoft_process import (
    OTHER_TENANT,
    Certificate,
    Microsoft,
    make_certificate,
    make_directory,
)
from tests.notifications.adapters.drafts import MailSink, calendar_of


@pytest.fixture(scope="session")
def certificate() -> Certificate:
    return make_certificate()


@pytest.fixture(scope="session")
def one_microsoft(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Microsoft]:
    running = Microsoft(tmp_path_factory.mktemp("microsoft"), certificate)
    yield running
    assert running.stop() == 0


@pytest.fixture
def microsoft(one_microsoft: Microsoft) -> Iterator[Microsoft]:
    """Emptied; afterwards all that it was asked is held to Microsoft's own model."""
    one_microsoft.control("POST", "reset", {})
    one_microsoft.forget_tokens()
    document = make_directory(one_microsoft.certificate.certificate_pem)
    every = {"mailboxes": ["*"], "roles": ["service.notifications"]}
    assert document["tenants"][1]["tenant_id"] == OTHER_TENANT
    document["tenants"][1]["apps"][0].update(every)
    one_microsoft.control("PUT", "directory", document)
    yield one_microsoft
    assert one_microsoft.faults_asked() == []


@pytest.fixture
async def session(microsoft: Microsoft) -> AsyncIterator[GraphSession]:
    opened = open_graph_session(microsoft.ready["ca"], seconds=20)
    yield opened
    await opened.close()


@pytest.fixture
def calendar(microsoft: Microsoft, session: GraphSession) -> GraphCalendar:
    return calendar_of(microsoft, session)


@pytest.fixture(scope="session")
def one_sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    running = MailSink(tmp_path_factory.mktemp("smtp"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def sink(one_sink: MailSink) -> Iterator[MailSink]:
    yield one_sink
    (one_sink.mail_dir / ".faults.json").unlink(missing_ok=True)
