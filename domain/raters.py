"""Raters: what is recorded of a person that may tie them to what they rate, on a day (BR-54).

One look at a person: homes, firms, relatives' firms, offices, granted roles, fees owed. What it is asked about is a
`Matter`: the rated, the firms that it has to do with, and where its raters live.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast

from domain.arrears import Debtor, FeesFellDue, FeesPaid
from domain.conflicts import RatedKind, RaterClass, Tie, check_free, cooled_off
from domain.employments import Employed, EmploymentBegun, EmploymentKind, EmploymentOver
from domain.events import Ref
from domain.firms import Firm
from domain.grants import Authority, GrantEnded, GrantGiven
from domain.kinships import Kin, KinInterestNoted, KinshipEnded, KinshipRecorded
from domain.parties import PartyOrganisation
from domain.people import Person
from domain.periods import Spells
from domain.refusals import Refusal
from domain.residents import ResidenceKind, Resident, ResidentLeft, ResidentRegistered
from domain.roles import Role
from domain.secretaries import SecretaryAppointed, SecretaryLeft
from domain.states import State, handled
from domain.words import describe

describe(voice=("Who rates, or speaks for the rated.", "评价人，或评价对象的代表。"))

__all__ = ["Matter", "NotAmongRaters", "Rater"]


class NotAmongRaters(Refusal):
    """Only who is on record as living or owning a home there on {cutoff} rates as a resident; of a committee, owners.
    只有截止日（{cutoff}）登记在该范围内的居民可以参加测评；对业委会或物管会仅限业主。"""

    rule = "BR-54"
    cutoff: date


class Matter(NamedTuple):
    """What ties to a rated are asked about."""

    kind: RatedKind
    cutoff: date
    today: date
    """Who speaks for the rated, inspects or sits on its committee does so on the cut-off date or on this one."""
    months: int = 0
    """How long who left a firm stays tied to it."""
    rated: Ref[Any] | None = None
    person: Ref[Person] | None = None
    firms: frozenset[Ref[Firm]] = frozenset()
    places: frozenset[Ref[Any]] = frozenset()
    committees: frozenset[Ref[Any]] = frozenset()
    """The compound and its bodies: who holds the role of a member over one of them sits on it."""
    unit: Ref[Any] | None = None
    """The unit that the compound is paired with."""


class Offices(State):
    """The Party organisations that a person is or was secretary of.
    某人任书记的党组织。"""

    id: Ref[Person]
    held: Spells = Spells()

    def evolve(self, event: SecretaryAppointed | SecretaryLeft) -> "Offices":
        match event:
            case SecretaryAppointed():
                return Offices(self.id, self.held.begun(event.party_organisation, event.since))
            case SecretaryLeft():
                return Offices(self.id, self.held.over(event.party_organisation, event.since, event.ended))

    def of(self, days: Iterable[date]) -> frozenset[Ref[PartyOrganisation]]:
        return frozenset(spell.of for day in days for spell in self.held if spell.holds(day))


Known = (
    ResidentRegistered
    | ResidentLeft
    | EmploymentBegun
    | EmploymentOver
    | KinshipRecorded
    | KinshipEnded
    | KinInterestNoted
    | SecretaryAppointed
    | SecretaryLeft
    | FeesFellDue
    | FeesPaid
    | GrantGiven
    | GrantEnded
)
SIDES: tuple[type[State], ...] = (Resident, Employed, Kin, Offices, Debtor, Authority)


class Rater(State):
    """All that is recorded of a person that may tie them to what they rate.
    评价人的各项登记关系。"""

    id: Ref[Person]
    sides: Mapping[type[State], State] = field(default_factory=dict)

    def evolve(self, event: Known) -> "Rater":
        seen: dict[type[State], State] = {
            side: self.side(side).evolve(event) for side in SIDES if type(event) in handled(side)
        }
        return Rater(self.id, {**self.sides, **seen})

    def side(self, side: type[State]) -> Any:
        return self.sides.get(side) or cast("Any", side)(self.id)

    def home(self, of: Matter) -> ResidenceKind | None:
        """As what the person has a home where the raters live."""
        resident: Resident = self.side(Resident)
        return resident.among(of.places, of.cutoff)

    def owes(self, of: Matter) -> bool:
        """Whether fees are owed there; it is flagged, and the voice stays."""
        debtor: Debtor = self.side(Debtor)
        return any(spell.of in of.places and spell.holds(of.cutoff) for spell in debtor.owing)

    def ties(self, of: Matter) -> Mapping[Tie, str]:
        """What ties the person to the rated, and each to whom."""
        return dict(_Look(self, of).ties())

    def check(self, of: Matter, as_class: RaterClass) -> None:
        """Refuse who is tied to the rated, and as a resident who is none there."""
        check_free(of.kind, as_class, self.ties(of))
        if as_class is RaterClass.PUBLIC:
            home = self.home(of)
            if home is None or (of.kind is RatedKind.COMMITTEE and home is not ResidenceKind.OWNER):
                raise NotAmongRaters(of.cutoff)

    def is_of_unit(self, of: Matter) -> bool:
        return Tie.PAIRED_WITH in self.ties(of)

    def speaks_for(self, of: Matter) -> bool:
        return Tie.ITSELF in self.ties(of)


@dataclass(frozen=True)
class _Look:
    rater: Rater
    of: Matter

    def ties(self) -> Iterator[tuple[Tie, str]]:
        looks: Mapping[Tie, Callable[[], str | None]] = {
            Tie.ITSELF: self.itself,
            Tie.INSPECTS: lambda: self.granted({Role.INSPECTOR, Role.AUDITOR}, None),
            Tie.EMPLOYED_BY: self.employed,
            Tie.LEFT_LATELY: self.left_lately,
            Tie.KIN_EMPLOYED: self.kin_employed,
            Tie.SECRETARY_ON_STAFF: self.secretary_on_staff,
            Tie.SITS_ON_COMMITTEE: lambda: self.granted({Role.COMMITTEE}, self.of.committees),
            Tie.PAIRED_WITH: lambda: self.granted({Role.UNIT}, frozenset({self.of.unit} - {None})),
        }
        found = {tie: look() for tie, look in looks.items()}
        return ((tie, whom) for tie, whom in found.items() if whom is not None)

    def itself(self) -> str | None:
        """The person, a branch's secretary, a firm's manager or holder of its role; a committee's member."""
        of, rated = self.of, self.of.rated
        if of.person is not None:
            return rated or of.person if of.person == self.rater.id else None
        if rated in self.offices or (of.kind is RatedKind.FIRM and self.manages(rated)):
            return rated
        roles = {RatedKind.FIRM: {Role.FIRM}, RatedKind.COMMITTEE: {Role.COMMITTEE}}.get(of.kind, set())
        scopes = of.committees if of.kind is RatedKind.COMMITTEE else frozenset({rated})
        return self.granted(roles, scopes)

    def manages(self, firm: Ref[Any] | None) -> bool:
        return any(
            spell.of == (firm, EmploymentKind.MANAGER) and spell.holds(self.of.cutoff) for spell in self.employments
        )

    def employed(self) -> str | None:
        return next((s.of[0] for s in self.employments if s.of[0] in self.of.firms and s.holds(self.of.cutoff)), None)

    def left_lately(self) -> str | None:
        return next((s.of[0] for s in self.employments if s.of[0] in self.of.firms and self.lately(s.until)), None)

    def lately(self, left: date | None) -> bool:
        on = self.of.cutoff
        return left is not None and left <= on and not cooled_off(left, on, self.of.months)

    def kin_employed(self) -> str | None:
        kin: Kin = self.rater.side(Kin)
        close = {spell.of[0] for spell in kin.relatives if spell.holds(self.of.cutoff)}
        return next(
            (
                i.firm
                for i in kin.theirs
                if i.firm in self.of.firms and i.person in close and (i.holds(self.of.cutoff) or self.lately(i.until))
            ),
            None,
        )

    def secretary_on_staff(self) -> str | None:
        firm = next((s.of[0] for s in self.employments if s.holds(self.of.cutoff)), None)
        return firm if self.offices else None

    def granted(self, roles: set[Role], scopes: frozenset[Any] | None) -> str | None:
        """The scope of such a grant, over one of these if they are given, or over the whole ledger."""
        authority: Authority = self.rater.side(Authority)
        held = (g for g in authority.grants if g.role in roles and any(map(g.holds, self.days)))
        found = next((g for g in held if scopes is None or g.scope in scopes), None)
        return None if found is None else str(found.scope or found.role.name)

    @property
    def employments(self) -> Spells:
        employed: Employed = self.rater.side(Employed)
        return employed.firms

    @property
    def days(self) -> tuple[date, date]:
        return self.of.cutoff, self.of.today

    @property
    def offices(self) -> frozenset[Ref[PartyOrganisation]]:
        offices: Offices = self.rater.side(Offices)
        return offices.of(self.days)
