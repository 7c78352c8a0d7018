"""One emulator process for all tests; each test begins with it emptied."""

from collections.abc import Iterator

import pytest
from microsoft_process import Certificate, Microsoft, make_certificate, make_directory


@pytest.fixture(scope="session")
def certificate() -> Certificate:
    return make_certificate()


@pytest.fixture(scope="session")
def one_microsoft(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Microsoft]:
    running = Microsoft(tmp_path_factory.mktemp("microsoft"), certificate)
    yield running
    assert running.stop() == 0


@pytest.fixture
def microsoft(one_microsoft: Microsoft) -> Microsoft:
    """The shared process, emptied."""
    one_microsoft.control("POST", "reset", {})
    one_microsoft.forget_tokens()
    document = make_directory(one_microsoft.certificate.certificate_pem)
    one_microsoft.control("PUT", "directory", document)
    return one_microsoft
