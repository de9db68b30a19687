"""Trainings as people see them: what was held, who came, and who was not trained in a year."""

from datetime import date
from typing import ClassVar

from domain import people, places, trainings
from domain.events import Ref
from domain.trainings import TrainingKind
from projections.gaps import gap
from projections.rows import Changes, Row, by, new
from projections.tenures import Tenure


class Training(Row, frozen=True, kw_only=True):
    """A training of cadres.
    干部培训。"""

    id: Ref[trainings.Training]
    training_kind: TrainingKind
    name: str
    held_on: date

    on: ClassVar[Changes] = {trainings.TrainingScheduled: new()}
    lists: ClassVar = (by("training_kind"),)
    orders: ClassVar = ("held_on", "name")


class TrainingAttendance(Row, frozen=True, kw_only=True):
    """A person at a training.
    参训记录。"""

    id: str
    training: Ref[trainings.Training]
    person: Ref[people.Person]
    community: Ref[places.Community]
    training_kind: TrainingKind
    held_on: date

    on: ClassVar[Changes] = {trainings.AttendanceRecorded: new(key=lambda e: f"{e.training}@{e.person}")}
    lists: ClassVar = (by("training"), by("person"), by("community"), by("training_kind"))
    orders: ClassVar = ("held_on",)


gap(
    Tenure,
    "UNTRAINED_THIS_YEAR",
    "当年未参训",
    "Not trained in the year up to the day",
    """not exists (select from {TrainingAttendance} x where x.ledger = {a}.ledger and x.person = {a}.person
        and date_trunc('year', {on}::date)::date <= x.held_on and x.held_on <= {on})""",
    reads=(TrainingAttendance,),
    columns=("person",),
)
