"""Made-up names, places, postcodes and telephone numbers, each handed out once.

No two people of the made councils share a forename or a surname, siblings included: whatever a leak search
finds names
exactly one person. Postcodes use the area ZZ, which Royal Mail has not assigned; telephone numbers lie in
the ranges that
Ofcom keeps for drama.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from cli.made_council.dice import dice

_FORENAME_PARTS = (
    "Alvi Bexo Cyri Drexa Elzo Fenu Gwyzo Hulvi Ixau Jorvu Kelzi Luxo Mirzo Nyxa Orvi Pexu Quori Ruvi "
    "Sylzo Tovu "
    "Ulzi Vexo Wyla Xanu Yezo Zefi",
    "lo ra mi ne thu va do sha ke ji bru ly pho gwe",
    "lle ric nnis thane mard dissa vynn wenna quil bret zane ffie xley",
)
_SURNAME_PARTS = (
    "Quill Thrubb Ember Wrenna Larkle Fennip Ostle Pellow Grimble Hazzle Ivver Junip Kestle Lornip Mirkle "
    "Nettip "
    "Orrick Pindle Quaver Rookle Skellow Tarnip Umberly Vetchle Whimple Yarrip Zellow Brockle Crakely "
    "Dapple Eddlip "
    "Flintle Gorsely Hobbin Inkle Jarrow Knappet Lappet Mossip Nubble Oddle Pockle Quibble Rumple Snickle "
    "Tuffle "
    "Uckle Vobble Wobbin Yaffle Zobble Bibbin Cobble Dibbin Fribble Gobbin Hubble Kibble Lobbin Mubble",
    "feather thwistle combert burrowby lockerly shawley fieldock grimsby whistler mantle pepper thimble "
    "wicket "
    "barrowick crumb dalewick easterby fothergill gatherby hookham ingleby jessop kettle lantern marlow "
    "nightley "
    "orchard paddock quarry ribbon saddler tankard upshaw vintner wagtail yardley bellows candle drummer "
    "fiddler "
    "gander heron",
)
_PLACE_PARTS = (
    "Velan Oxgil Pryth Tremb Wyvel Zanth Brixel Culph Dovrin Erstel Fyldar Gryzel Hythen Ibsel Jannock "
    "Kyloe Lyzard "
    "Morvan Nynth Ossil Pelyn Quorn Rhuddel Scarth Tylwin Ulvers Vyrn Wrexel Yspyt Zeald Aldrith Brymp "
    "Cwyll Dryff "
    "Eskrig Frysk Glynth Hurlth Isleth Jevvin",
    "brake cross dene fold garth hollow hurst knoll leaze mead nook orley pyke quay ridding slade tarry "
    "umbra venn "
    "warren yate acrey bourn clough drove edge fleet ghyll heath ings jetty kirk lathe moss ness oaks "
    "pleck reach "
    "stile toft",
)
_STREET_KINDS = ("Row", "Lane", "Close", "Street", "Rise", "Walk")
_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_DRAMA_NUMBERS = ("07700 900", "0161 496 0", "0113 496 0", "0191 498 0")


@dataclass(frozen=True)
class Address:
    """A made-up dwelling. `place` is the coined word of its street, found nowhere else."""

    number: int
    place: str
    kind: str
    postcode: str

    @property
    def line(self) -> str:
        """First line of the address, as on an envelope."""
        return f"{self.number} {self.place} {self.kind}"


class Coinage:
    """Hands out each made-up string once; ValueError when a list is used up."""

    def __init__(self, seed: int, far_end: bool) -> None:
        self._rng = dice(f"{seed}/coinage")
        self._forenames = _shuffled(_FORENAME_PARTS, f"{seed}/forenames", far_end)
        self._surnames = _shuffled(_SURNAME_PARTS, f"{seed}/surnames", far_end)
        self._places = _shuffled(_PLACE_PARTS, f"{seed}/places", far_end)
        self._postcodes = _postcodes(seed, far_end)
        self._mobiles, self._landlines = _telephones(seed, far_end)

    def forename(self) -> str:
        """A forename nobody else has."""
        return _next(self._forenames, "forenames")

    def surname(self) -> str:
        """A surname nobody else has."""
        return _next(self._surnames, "surnames")

    def place(self) -> str:
        """A coined place word: the name of a street, school or clinic."""
        return _next(self._places, "places")

    def address(self) -> Address:
        """A street of its own, with a postcode of its own."""
        number, kind = self._rng.randrange(2, 99), self._rng.choice(_STREET_KINDS)
        return Address(number, self.place(), kind, _next(self._postcodes, "postcodes"))

    def mobile(self) -> str:
        """A mobile number while there are any, then a landline: the drama range holds a thousand."""
        return next(self._mobiles, None) or self.landline()

    def landline(self) -> str:
        """A landline number of the drama ranges."""
        return _next(self._landlines, "telephone numbers")


def _next(pool: Iterator[str], what: str) -> str:
    found = next(pool, None)
    if found is None:
        raise ValueError(f"the list of made-up {what} is used up: ask for fewer children")
    return found


def _shuffled(parts: tuple[str, ...], key: str, far_end: bool) -> Iterator[str]:
    pool = ["".join(word) for word in product(*(part.split() for part in parts))]
    return _dealt(pool, key, far_end)


def _dealt(pool: list[str], key: str, far_end: bool) -> Iterator[str]:
    dice(key).shuffle(pool)
    return iter(reversed(pool)) if far_end else iter(pool)


def _postcodes(seed: int, far_end: bool) -> Iterator[str]:
    outward = [f"ZZ{district} {sector}" for district in range(10, 40) for sector in range(1, 10)]
    pool = [f"{out}{a}{b}" for out, a, b in product(outward, _POSTCODE_LETTERS[:6], _POSTCODE_LETTERS[6:12])]
    return _dealt(pool, f"{seed}/postcodes", far_end)


def _telephones(seed: int, far_end: bool) -> tuple[Iterator[str], Iterator[str]]:
    mobiles = [f"{_DRAMA_NUMBERS[0]}{n:03d}" for n in range(1000)]
    mobiles = mobiles[800:] if far_end else mobiles[:800]  # 200 kept for the small council
    landlines = [f"{start}{n:03d}" for start in _DRAMA_NUMBERS[1:] for n in range(1000)]
    return _dealt(mobiles, f"{seed}/mobiles", far_end), _dealt(landlines, f"{seed}/landlines", far_end)
