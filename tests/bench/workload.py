"""What every contestant appends: a revision of a compound's file, three tags, on condition that it is the next one."""

import itertools
from typing import Any

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from domain.bodies import to_body
from domain.compounds import CompoundFile, CompoundFileRevised
from domain.events import Ref
from infra.entries import Canonical, canonical

__all__ = ["NUMBERS", "TYPE", "body", "condition", "tags"]

TYPE = CompoundFileRevised.__name__
NUMBERS = itertools.count(1)
TEXT = "本小区建成于二〇〇八年，共四栋一百二十户；网格、楼栋长与物业联系方式已公示，本次更新公共部位维修情况。"


def tags(client: int) -> list[str]:
    """A compound of the client's own, in one of sixteen communities of one town."""
    return [f"community:c{client % 16}", f"compound:k{client}", "town:t1"]


def body(client: int, revision: int) -> Canonical:
    compound: Ref[Any] = Ref(f"compound:k{client}")
    return canonical(to_body(CompoundFileRevised(compound, CompoundFile.BASIC, revision, "定期更新", TEXT)))


def condition(client: int, after: int) -> DCBAppendCondition:
    item = DCBQueryItem(types=[TYPE], tags=[f"compound:k{client}"])
    return DCBAppendCondition(fail_if_events_match=DCBQuery(items=[item]), after=after)
