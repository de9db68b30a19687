"""Trainings: the county's capacity plan and the towns' rotation: who was to learn what, and who came (X33-X35)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.people import Person
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    training=("The training.", "培训。"),
    training_kind=("The kind of training.", "培训类别。"),
    held_on=("The day of the training.", "培训日期。"),
    attended_on=("The day on which the person attended.", "参训日期。"),
)


class TrainingKind(Labelled):
    """A kind of training.
    培训类别。"""

    CONCENTRATED = "Concentrated training", "集中培训"
    CASES = "Teaching by cases", "案例教学"
    HANDS_ON = "Hands-on training", "实操实训"
    LEAD_GOOSE = "County training of lead geese", "“领头雁”专题培训"
    ROTATION = "Rotation training by the town", "轮训"


class TrainingScheduled(Event):
    """A training was scheduled.
    安排培训。"""

    training: Ref["Training"]
    training_kind: TrainingKind
    name: str
    held_on: date


class AttendanceRecorded(Event):
    """A person of a community attended a training.
    登记参训。"""

    training: Ref["Training"]
    person: Ref[Person]
    community: Ref[Community]
    training_kind: TrainingKind
    held_on: date


class TrainingAhead(Refusal):
    """This training is on {held_on}; nobody has attended it yet.
    该培训于 {held_on} 举行，尚无人参训。"""

    held_on: date


class Training(State):
    """A training.
    培训。"""

    id: Ref["Training"]
    kind: TrainingKind = TrainingKind.CONCENTRATED
    held_on: date = date.min

    def evolve(self, event: TrainingScheduled) -> "Training":
        return replace(self, kind=event.training_kind, held_on=event.held_on)


class Attendance(State):
    """Whether a person attended a training.
    某人参训情况。"""

    training: Ref[Training]
    person: Ref[Person]
    attended: bool = False

    def evolve(self, event: AttendanceRecorded) -> "Attendance":
        return replace(self, attended=True)


@decision(roles={Role.COUNTY, Role.TOWN}, anywhere=True)
def schedule(training: New[Training], *, training_kind: TrainingKind, name: str, held_on: date) -> Iterator[Event]:
    """Schedule a training.
    安排培训。"""
    yield TrainingScheduled(training.id, training_kind, name, held_on)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def record_attendance(
    training: Training, person: Person, community: Community, attendance: Attendance, *, attended_on: Past
) -> Iterator[Event]:
    """Record that a person of a community attended a training.
    登记社区人员参训。"""
    if attended_on < training.held_on:
        raise TrainingAhead(training.held_on)
    if not attendance.attended:
        yield AttendanceRecorded(training.id, person.id, community.id, training.kind, training.held_on)
