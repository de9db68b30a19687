"""Cadres of a demonstration county: the pay scale, who was carried over, certificates, and scores of secretaries."""

from collections.abc import Sequence

from api.demo.places import Community
from api.demo.script import Script
from domain import appraisals, credentials, recruitments, scales, tenures, trainings
from domain.appraisals import Dimension
from domain.credentials import CredentialLevel
from domain.events import Hundredths, Personal
from domain.execution import Actor
from domain.scales import PostClass
from domain.tenures import CadrePost, Route
from domain.trainings import TrainingKind

__all__ = ["secretaries_scored", "workers_of_communities"]

LOWEST, HIGHEST, YEARS_PER_STEP = (7, 4, 1), (18, 15, 12), 3
CARRIED, CERTIFIED = 30, 15


def workers_of_communities(script: Script, county: Actor, communities: Sequence[Community]) -> None:
    """The scale with eighteen grades; thirty workers carried over, each on a grade, half of them certified."""
    script.actor, day = county, script.day
    script.do(
        scales.adopt_pay_scale,
        "pay-scale",
        ledger=script.ledger,
        lowest=LOWEST,
        highest=HIGHEST,
        years_per_step=YEARS_PER_STEP,
        since=day,
    )
    training = {"training_kind": TrainingKind.LEAD_GOOSE, "name": "领头雁专题培训（示范）"}
    lesson = script.do(trainings.schedule, "lead-goose", **training, held_on=day)
    for n in range(CARRIED):
        place, line = communities[n % len(communities)], f"worker{n}"
        worker = script.person(line, "专职社区工作者")
        here = {"person": worker, "community": place.ref}
        script.do(recruitments.confirm_transition, f"{line}-carried", **here, since=day)
        grade = {"ledger": script.ledger, "post_class": PostClass.OTHER, "grade": 1 + n % 3}
        script.do(scales.place_on_grade, f"{line}-grade", **here, **grade, since=day)
        script.do(trainings.record_attendance, f"{line}-taught", training=lesson, **here, attended_on=day)
        if n < CERTIFIED:
            held = {"credential_level": CredentialLevel.ASSISTANT, "credential_number": Personal(f"示范{n:04d}")}
            script.do(credentials.register, f"{line}-certified", **here, **held, since=day)


def secretaries_scored(script: Script, town: Actor, communities: Sequence[Community]) -> None:
    """The secretary of each community, scored by the four dimensions that the article names."""
    script.actor, day = town, script.day
    for place in communities:
        secretary = script.person(f"{place.line}-leader", "社区书记")
        here = {"person": secretary, "community": place.ref}
        post = {"cadre_post": CadrePost.COMMUNITY_SECRETARY, "route": Route.RECOMMENDATION, "full_term": True}
        until = day.replace(year=day.year + 5)
        script.do(tenures.begin_tenure, f"{place.line}-tenure", **here, **post, since=day, until=until)
        for n, dimension in enumerate(Dimension):
            score = {"dimension": dimension, "appraised_year": day.year, "score": Hundredths(9000 + 100 * n)}
            script.do(appraisals.score_dimension, f"{place.line}-score{n}", **here, **score)
