"""What operators watch: how queries are answered, how far read models are, and why a query was not compiled."""

from collections.abc import Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

__all__ = ["Metrics"]


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "gongzhi_graphql_requests", "GraphQL requests by how they were answered.", ["path"], registry=self.registry
        )
        self.fallbacks = Counter(
            "gongzhi_graphql_fallbacks",
            "Queries left to the standard executor, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.problems = Counter(
            "gongzhi_graphql_problems", "Requests answered with an error, by code.", ["code"], registry=self.registry
        )
        self.refusals = Counter("gongzhi_refusals", "Commands refused, by code.", ["code"], registry=self.registry)
        self.files = Counter(
            "gongzhi_files", "Evidence files by what was done with them.", ["done"], registry=self.registry
        )
        self.files_refused = Counter(
            "gongzhi_files_refused", "Requests for files not granted, by code.", ["code"], registry=self.registry
        )
        self.seconds = Histogram(
            "gongzhi_graphql_seconds",
            "How long an answer took.",
            registry=self.registry,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        )
        self._ledgers = tuple(
            Gauge(f"gongzhi_{name}", told, ["ledger"], registry=self.registry)
            for name, told in (
                ("ledger_position", "Events recorded in a ledger."),
                ("projector_position", "Events that can be read."),
                ("projector_lag", "Events recorded that cannot be read yet."),
                ("projector_running", "1 where somebody projects, 0 where nobody does or nobody can."),
                ("projector_stopped", "1 where a projection cannot take an event."),
            )
        )

        self._reactions = tuple(
            Gauge(f"gongzhi_reactions_{name}", told, ["ledger"], registry=self.registry)
            for name, told in (
                ("lag", "Events that the system has not reacted to yet."),
                ("waiting", "Days that reactions wait for."),
                ("refused", "Reactions that a rule refused."),
                ("stopped", "1 where no reaction goes on."),
            )
        )

    def reactions_are(self, ledgers: Mapping[str, tuple[int, Mapping[str, Any]]]) -> None:
        """Of each ledger that is reacted to the position recorded, and how far its reactions are."""
        numbers = {
            ledger: (recorded - of["position"], of["waiting"], of["refused"], int(of["failure"] is not None))
            for ledger, (recorded, of) in ledgers.items()
        }
        _set(self._reactions, numbers)

    def ledgers_are(self, ledgers: Mapping[str, tuple[int, int, str]]) -> None:
        """Of each ledger the position recorded, the one projected, and how its projector is."""
        numbers = {
            ledger: (recorded, projected, recorded - projected, projector == "running", projector == "stopped")
            for ledger, (recorded, projected, projector) in ledgers.items()
        }
        _set(self._ledgers, numbers)


def _set(gauges: Sequence[Gauge], ledgers: Mapping[str, Sequence[int]]) -> None:
    for gauge in gauges:
        gauge.clear()
    for ledger, numbers in ledgers.items():
        for gauge, number in zip(gauges, numbers, strict=True):
            gauge.labels(ledger).set(number)
