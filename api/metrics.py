"""What operators watch: how queries are answered, how long it takes, and why a query was not compiled."""

from prometheus_client import CollectorRegistry, Counter, Histogram

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
        self.seconds = Histogram(
            "gongzhi_graphql_seconds",
            "How long an answer took.",
            registry=self.registry,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        )
