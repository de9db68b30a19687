"""Conversions: a home becomes business premises only if every interested owner agrees (Civil Code art. 279, BR-19a).

Interested are the other owners in the building, and whoever of the others proves harm. The convener lists all whom the
roster has in the building, and answers for the rest, since not every unit says where it is; one who was left out is
admitted until it is decided. It is no vote: there is no quorum and no majority, silence is no consent, and one who does
not agree stops it. Staff read each answer, which the law asks for in writing; it may be taken back until it is decided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Annotated

from domain.assemblies import CONVENERS
from domain.decisions import Acting, New, Text, decision
from domain.events import Audience, Event, Ref
from domain.exhibits import check_digest
from domain.owners import OwnersRoster, RosterNotFrozen
from domain.people import Person
from domain.places import Building, Community, Compound
from domain.refusals import Refusal
from domain.residents import BuildingSite
from domain.states import State
from domain.tallies import Outcome, unanimous
from domain.words import describe

describe(
    conversion=("The home that is to become business premises.", "住宅改为经营性用房事项。"),
    applicant=("The owner who wants it.", "申请业主。"),
    business_use=("What the home is to be used for.", "拟改经营用途。"),
    interested=("The other owners in the building.", "本栋其他业主。"),
    by_harm=("Whether the owner lives elsewhere and proved harm.", "是否本栋以外证明受不利影响的业主。"),
    agrees=("Whether the owner agrees.", "是否同意。"),
    evidence_sha256=(
        "The SHA-256 of the paper that proves it, which the convener keeps; none: in the owner's own name.",
        "证明材料的 SHA-256，原件由召集人保管；本人答复为空。",
    ),
    interested_heads=("How many interested owners there are.", "有利害关系的业主人数。"),
    agreed_heads=("How many of them agree.", "其中同意人数。"),
)


class ConversionSought(Event):
    """An owner wants to turn a home into business premises.
    业主申请将住宅改为经营性用房。"""

    conversion: Ref["Conversion"]
    compound: Ref[Compound]
    community: Ref[Community]
    building: Ref[Building]
    owners_roster: Ref[OwnersRoster]
    business_use: str


class ConversionApplicantNamed(Event, audience=Audience.STAFF):
    """Who wants it was recorded.
    登记申请业主。"""

    conversion: Ref["Conversion"]
    applicant: Ref[Person]


class InterestedOwnerNamed(Event, audience=Audience.STAFF):
    """An owner is interested, and is asked.
    登记有利害关系的业主。"""

    conversion: Ref["Conversion"]
    owner: Ref[Person]
    by_harm: bool
    evidence_sha256: str | None = None


class InterestedOwnerAnswered(Event, audience=Audience.STAFF):
    """An interested owner agreed, or did not.
    有利害关系的业主答复。"""

    conversion: Ref["Conversion"]
    owner: Ref[Person]
    agrees: bool
    evidence_sha256: str | None = None


class ConversionDecided(Event):
    """It was decided whether a home becomes business premises.
    住宅改为经营性用房有结论。"""

    conversion: Ref["Conversion"]
    compound: Ref[Compound]
    interested_heads: int
    agreed_heads: int
    outcome: Outcome


class RosterOfAnotherCompound(Refusal):
    """This roster is of another compound, or not the one that was applied with.
    该名册属于其他小区，或不是申请时所用名册。"""

    rule = "BR-19a"


class NotOnRoster(Refusal):
    """These people own nothing by the frozen roster.
    下列人员不是冻结名册中的业主。"""

    rule = "BR-19a"
    interested: tuple[Ref[Person], ...]


class NobodyInterested(Refusal):
    """Name the other owners in the building.
    须列明本栋其他业主。"""

    rule = "BR-19a"


class InterestedMissing(Refusal):
    """By the roster {missing} more people own something in the building; name all of them.
    按名册，本栋另有 {missing} 名业主未列入，须一并征求意见。"""

    rule = "BR-19a"
    missing: int


class NotInBuilding(Refusal):
    """By the roster these people own nothing in the building, only elsewhere: {interested}.
    按名册，下列人员在本栋没有专有部分：{interested}。"""

    rule = "BR-19a"
    interested: tuple[Ref[Person], ...]


class ApplicantNotAsked(Refusal):
    """Who applies is not asked for consent.
    申请业主本人不在征求同意之列。"""

    rule = "BR-19a"


class NotInterested(Refusal):
    """This person is none of the interested owners.
    该人员不是有利害关系的业主。"""

    rule = "BR-19a"


class AnswersMissing(Refusal):
    """{missing} of {interested_heads} interested owners have not answered, and silence is no consent.
    有利害关系的业主共 {interested_heads} 名，其中 {missing} 名尚未答复，沉默不视为同意。"""

    rule = "BR-19a"
    missing: int
    interested_heads: int


class ConversionOver(Refusal):
    """This was decided: {outcome}.
    该事项已有结论：{outcome}。"""

    rule = "BR-19a"
    outcome: str


class Conversion(State, within=Compound):
    """A home that is to become business premises.
    住宅改为经营性用房事项。"""

    id: Ref["Conversion"]
    compound: Ref[Compound] = Ref()
    building: Ref[Building] = Ref()
    roster: Ref[OwnersRoster] = Ref()
    applicant: Ref[Person] = Ref()
    answers: Mapping[Ref[Person], bool | None] = field(default_factory=lambda: MappingProxyType({}))
    """By interested owner; None: not yet."""
    outcome: Outcome | None = None

    def evolve(
        self,
        event: ConversionSought
        | ConversionApplicantNamed
        | InterestedOwnerNamed
        | InterestedOwnerAnswered
        | ConversionDecided,
    ) -> "Conversion":
        match event:
            case ConversionSought():
                there = replace(self, compound=event.compound, building=event.building)
                return replace(there, roster=event.owners_roster)
            case ConversionApplicantNamed():
                return replace(self, applicant=event.applicant)
            case InterestedOwnerNamed():
                return replace(self, answers={**self.answers, event.owner: None})
            case InterestedOwnerAnswered():
                return replace(self, answers={**self.answers, event.owner: event.agrees})
            case ConversionDecided():
                return replace(self, outcome=event.outcome)

    def check_open(self) -> None:
        if self.outcome:
            raise ConversionOver(self.outcome.name)


@decision(roles=CONVENERS)
def seek(
    conversion: New[Conversion],
    building: BuildingSite,
    owners_roster: OwnersRoster,
    applicant: Person,
    interested: tuple[Person, ...],
    *,
    business_use: Annotated[str, Text(200)],
) -> Iterator[Event]:
    """Record that an owner wants to turn a home into business premises, with all other owners in the building.
    登记业主申请将住宅改为经营性用房，并列明本栋其他业主。"""
    if building.compound != owners_roster.compound:
        raise RosterOfAnotherCompound
    asked = tuple(dict.fromkeys(person.id for person in interested))
    if not asked:
        raise NobodyInterested
    if applicant.id in asked:
        raise ApplicantNotAsked
    _check_owners(owners_roster, applicant.id, *asked)
    _check_there(owners_roster, building.id, applicant.id, *asked)
    if forgotten := owners_roster.owning_in(building.id) - {applicant.id, *asked}:
        raise InterestedMissing(len(forgotten))
    where = owners_roster.compound, owners_roster.community, building.id, owners_roster.id
    yield ConversionSought(conversion.id, *where, business_use)
    yield ConversionApplicantNamed(conversion.id, applicant.id)
    for owner in asked:
        yield InterestedOwnerNamed(conversion.id, owner, by_harm=False)


@decision(roles=CONVENERS)
def admit_interested(
    conversion: Conversion,
    owners_roster: OwnersRoster,
    owner: Person,
    *,
    by_harm: bool,
    proof_sha256: Annotated[str, Text(64)],
) -> Iterator[Event]:
    """Admit an owner who proved harm, or one of the building who was left out, with the SHA-256 of the proof.
    补列证明受不利影响的业主或漏列的本栋业主，附证明材料的 SHA-256。"""
    conversion.check_open()
    check_digest(proof_sha256)
    if owners_roster.id != conversion.roster:
        raise RosterOfAnotherCompound
    if owner.id == conversion.applicant:
        raise ApplicantNotAsked
    _check_owners(owners_roster, owner.id)
    if not by_harm:
        _check_there(owners_roster, conversion.building, owner.id)
    if owner.id not in conversion.answers:
        yield InterestedOwnerNamed(conversion.id, owner.id, by_harm, proof_sha256)


@decision(anyone=True)
def answer(conversion: Conversion, owner: Acting[Person], *, agrees: bool) -> Iterator[Event]:
    """Answer, as an interested owner, whether one agrees.
    有利害关系的业主本人答复是否同意。"""
    yield from _answered(conversion, owner.id, agrees=agrees)


@decision(roles=CONVENERS)
def enter_answer(
    conversion: Conversion, owner: Person, *, agrees: bool, proof_sha256: Annotated[str, Text(64)]
) -> Iterator[Event]:
    """Enter what an interested owner answered in writing, with the SHA-256 of the paper.
    录入有利害关系的业主的书面答复及其 SHA-256。"""
    check_digest(proof_sha256)
    yield from _answered(conversion, owner.id, proof_sha256, agrees=agrees)


@decision(roles=CONVENERS)
def conclude(conversion: Conversion) -> Iterator[Event]:
    """Conclude: adopted if every interested owner agrees, rejected once one does not.
    得出结论：全部同意方为通过，有一人不同意即不通过。"""
    if conversion.outcome:
        return
    answers = list(conversion.answers.values())
    agreed = answers.count(True)
    if False not in answers and (missing := answers.count(None)):
        raise AnswersMissing(missing, len(answers))
    outcome = Outcome.ADOPTED if unanimous(len(answers), agreed) else Outcome.REJECTED
    yield ConversionDecided(conversion.id, conversion.compound, len(answers), agreed, outcome)


def _answered(conversion: Conversion, owner: Ref[Person], proof: str | None = None, *, agrees: bool) -> Iterator[Event]:
    conversion.check_open()
    if owner not in conversion.answers:
        raise NotInterested
    if conversion.answers[owner] is not agrees:
        yield InterestedOwnerAnswered(conversion.id, owner, agrees, proof)


def _check_owners(roster: OwnersRoster, *people: Ref[Person]) -> None:
    if roster.frozen is None:
        raise RosterNotFrozen
    if strangers := tuple(person for person in people if person not in roster.electors):
        raise NotOnRoster(strangers)


def _check_there(roster: OwnersRoster, building: Ref[Building], *people: Ref[Person]) -> None:
    """Refuse who, by the roster, owns only elsewhere; such people prove harm."""
    if elsewhere := roster.owning_elsewhere(building) & {*people}:
        raise NotInBuilding(tuple(sorted(elsewhere)))
