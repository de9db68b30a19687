"""Credentials as people see them: how many certified social workers there are; whose number it is stays sealed."""

from datetime import date
from typing import ClassVar

from domain import credentials, people, places
from domain.credentials import CredentialLevel
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, by, new


class Credential(Row, frozen=True, kw_only=True):
    """A certificate of a social worker, from a date to a date.
    社会工作者职业水平证书。"""

    id: Ref[credentials.Credential]
    person: Ref[people.Person]
    community: Ref[places.Community]
    credential_level: CredentialLevel
    since: date
    until: date | None

    on: ClassVar[Changes] = {credentials.CredentialRegistered: new()}
    lists: ClassVar = (by("person"), by("community"), by("credential_level"))
    orders: ClassVar = ("since", "until")


counts(
    "certifiedSocialWorkers",
    "持社会工作者职业水平证书人员",
    "Certified social workers",
    Credential,
    thing=lambda row: row.person,
)
