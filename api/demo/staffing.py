"""Who holds which post in the grids of a demonstration county."""

from collections.abc import Sequence

from api.demo.places import Grid
from api.demo.script import Script
from domain import posts

__all__ = ["grid_workers", "micro_grid_leaders"]


def grid_workers(script: Script, nets: Sequence[Grid], full_time: int) -> None:
    """A full-time worker in each of the first grids; the other grids share them, one extra grid a worker."""
    script.on(script.day)
    workers = []
    for n, net in enumerate(nets):
        script.actor = net.community.staff
        if n < full_time:
            workers.append(script.person(f"worker-{net.line}", "专职网格员"))
        worker = workers[n if n < full_time else n - full_time]
        line = f"{net.line}-worker"
        script.do(posts.appoint_worker, line, grid=net.ref, person=worker, full_time=True, since=script.day)


def micro_grid_leaders(script: Script, nets: Sequence[Grid]) -> None:
    """A leader for every micro-grid."""
    for net in nets:
        script.actor = net.community.staff
        for n, micro_grid in enumerate(net.micro_grids, 1):
            leader = script.person(f"leader-{net.line}-m{n}", "微网格长")
            script.do(
                posts.appoint_leader_micro_grid,
                f"{net.line}-m{n}-leader",
                micro_grid=micro_grid,
                person=leader,
                since=script.day,
            )
