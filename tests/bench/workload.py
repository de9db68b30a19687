"""What every contestant appends: a revision of a compound's file, three tags, on condition that it is the next one."""

import itertools
from typing import Any

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from domain.bodies import to_body
from domain.compounds import CompoundFile, CompoundFileRevised
from domain.events import Confidential, Ref
from infra.entries import Canonical, canonical

__all__ = ["NUMBERS", "TYPE", "body", "condition", "tags"]

TYPE = CompoundFileRevised.__name__
NUMBERS = itertools.count(1)
TEXT = "本小区建成于二〇〇八年，共四栋一百二十户；网格、楼栋长与物业联系方式已公示，本次更新公共部位维修情况。"


def _form() -> bytes:
    """The body once, with a gap for each number, so that making events costs the contestants next to nothing."""
    compound: Ref[Any] = Ref("compound:k7000001")
    made = canonical(
        to_body(CompoundFileRevised(compound, CompoundFile.BASIC, 8000001, Confidential("定期更新"), TEXT))
    )
    return made.replace(b"7000001", b"%d").replace(b"8000001", b"%d")


FORM = _form()


def body(client: int, revision: int) -> Canonical:
    return Canonical(FORM % (client, revision))


def tags(client: int) -> list[str]:
    """A compound of the client's own, in one of sixteen communities of one town."""
    return [f"community:c{client % 16}", f"compound:k{client}", "town:t1"]


def condition(client: int, after: int) -> DCBAppendCondition:
    item = DCBQueryItem(types=[TYPE], tags=[f"compound:k{client}"])
    return DCBAppendCondition(fail_if_events_match=DCBQuery(items=[item]), after=after)
