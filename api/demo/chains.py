"""Party organisations of a demonstration county; which kinds there are, and under whom, is the county's own."""

from collections.abc import Sequence
from typing import Any

from api.demo.script import Script
from domain import chains, parties, secretaries
from domain.events import Ref
from domain.parties import PartyKind
from domain.secretaries import SecretarySource

__all__ = ["organisation", "secretary"]


def organisation(
    script: Script, line: str, name: str, kind: PartyKind, seat: Ref[Any], *, level: int, parent: Ref[Any] | None = None
) -> Ref[Any]:
    """Establish an organisation and place it under its parent."""
    made = script.do(parties.establish, line, seat=seat, name=name, party_kind=kind, level=level, since=script.day)
    if parent is not None:
        script.do(chains.place_under, f"{line}-under", party_organisation=made, parent=parent, since=script.day)
    return made


def secretary(script: Script, line: str, of: Ref[Any], pool: Sequence[SecretarySource], number: int) -> None:
    """Appoint the organisation's secretary, the sources taken in turn."""
    person = script.person(f"secretary-{line}", "支部书记")
    script.do(
        secretaries.appoint_secretary,
        f"{line}-secretary",
        party_organisation=of,
        person=person,
        source=pool[number % len(pool)],
        since=script.day,
    )
