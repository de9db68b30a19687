"""Projects as people see them: on what they rest, who helps, and how far their works are."""

from datetime import date
from typing import ClassVar

from domain import assemblies, firms, matters, needs, people, places, projects, units
from domain.events import Ref
from domain.words import describe
from projections.figures import counts
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put

describe(
    work_count=("How many work items it has.", "工程内容数。"),
    accepted_count=("How many of them were accepted.", "已验收工程内容数。"),
    accepted_percent=(
        "Of its work items so many in a hundred were accepted, rounded down.",
        "验收进度（百分比，向下取整）。",
    ),
)


def _percent(accepted: int, items: int) -> int:
    return 100 * accepted // items if items else 0


class Project(Row, frozen=True, kw_only=True):
    """A project.
    项目清单条目。"""

    id: Ref[projects.Project]
    at_compound: Ref[places.Compound] | None
    community: Ref[places.Community]
    project_name: str
    for_needs: tuple[Ref[needs.Need], ...]
    of_matter: Ref[matters.Matter] | None
    by_assembly: Ref[assemblies.Assembly] | None
    supporter: Ref[units.PartnerUnit] | None
    contractor: Ref[firms.Firm] | None
    begun_on: date
    work_count: int = 0
    accepted_count: int = 0
    accepted_percent: int = 0
    accepted_on: date | None = None

    on: ClassVar[Changes] = {
        projects.ProjectStarted: new(),
        projects.WorkItemAdded: put(
            work_count=its.work_no,
            accepted_percent=lambda row, event: _percent(row.accepted_count, event.work_no),
        ),
        projects.WorkItemAccepted: put(
            accepted_count=lambda row, _: row.accepted_count + 1,
            accepted_percent=lambda row, _: _percent(row.accepted_count + 1, row.work_count),
        ),
        projects.ProjectAccepted: put(accepted_on=its.accepted_on),
    }
    lists: ClassVar = (
        *(by("at_compound"), by("community"), by("for_needs"), by("of_matter"), by("by_assembly")),
        *(by("supporter"), by("contractor")),
    )
    orders: ClassVar = ("begun_on",)
    origins: ClassVar = ("of_matter", "for_needs")


def work(event: projects.WorkItemAdded | projects.WorkItemCompleted | projects.WorkItemAccepted) -> str:
    return f"{event.project}@{event.work_no}"


class WorkItem(Row, frozen=True, kw_only=True):
    """A work item of a project.
    项目工程内容。"""

    id: str
    project: Ref[projects.Project]
    work_no: int
    work_kind: projects.WorkKind
    work_text: str
    completed_on: date | None = None
    acceptor: Ref[people.Person] | None = None
    accepted_on: date | None = None

    on: ClassVar[Changes] = {
        projects.WorkItemAdded: new(key=work),
        projects.WorkItemCompleted: put(key=work, completed_on=its.completed_on),
        projects.WorkItemAccepted: put(key=work, acceptor=its.acceptor, accepted_on=its.accepted_on),
    }
    lists: ClassVar = (by("project"), by("work_kind"))


counts(
    "waimaoWorkItems",
    "改造工程内容验收",
    "Work items accepted in the renovation of old compounds",
    WorkItem,
    where=lambda row: row.accepted_on is not None,
)
gap(
    Project,
    "NOT_ACCEPTED",
    "未验收项目",
    "Not accepted yet",
    "{a}.begun_on <= {on} and coalesce({a}.accepted_on > {on}, true)",
    columns=("begun_on", "accepted_on"),
    held=False,
)
