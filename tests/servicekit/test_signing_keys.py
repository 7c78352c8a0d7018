"""Keys while the authority answers and while it does not."""

import asyncio
from pathlib import Path

import pytest

from servicekit import signing_keys
from servicekit.errors import Unavailable
from servicekit.signing_keys import SigningKeys

from .authority import Authority

TENANT = "11111111-0000-0000-0000-000000000001"


async def test_a_known_key_is_used_while_the_authority_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Authority(tmp_path) as authority:
        keys = SigningKeys(authority.url, authority.ca_file)
        found = await keys.find(TENANT, authority.kid)
    monkeypatch.setattr(signing_keys, "_FRESH_SECONDS", 0.0)
    monkeypatch.setattr(signing_keys, "_AGAIN_AFTER_SECONDS", 0.0)
    assert await keys.find(TENANT, authority.kid) is found
    monkeypatch.setattr(signing_keys, "_STALE_SECONDS", 0.0)
    with pytest.raises(Unavailable):
        await keys.find(TENANT, authority.kid)


async def test_a_flood_asks_a_failing_authority_once(tmp_path: Path) -> None:
    async with Authority(tmp_path) as authority:
        keys = SigningKeys(authority.url, authority.ca_file)
        authority.fails = True
        asked = [keys.find(TENANT, f"made-up-{number}") for number in range(20)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(answer) for answer in answers} == {Unavailable}
        assert authority.fetches == 1
