"""The query of T3 by hand: what somebody who knows PostgreSQL would write for it, behind the same endpoint."""

from api.execution import Answer, Engine, Request
from api.orders import Order
from domain.events import Audience
from projections.compounds import Compound

__all__ = ["QUERY", "Handwritten"]

QUERY = """
query Compounds($code: ID!, $origin: Origin!) {
  ledger(code: $code) {
    compounds(first: 50, origin: $origin) {
      edges {
        cursor
        node {
          id name origin problems serviceMode serviceSince
          community { id name }
          provider { id name creditCode }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""

SQL = """
select convert_to(json_build_object(
    'data', json_build_object('ledger', json_build_object('compounds', (
        select json_build_object(
            'edges', coalesce(json_agg(json_build_object('cursor', c.cursor, 'node', json_build_object(
                'id', c.ledger || ':' || c.id, 'name', c.name, 'origin', c.origin, 'problems', c.problems,
                'serviceMode', c.service_mode, 'serviceSince', c.service_since,
                'community', json_build_object('id', m.ledger || ':' || m.id, 'name', m.name),
                'provider', case when f.id is not null then json_build_object(
                    'id', f.ledger || ':' || f.id, 'name', f.name, 'creditCode', f.credit_code) end
            )) order by c.n) filter (where c.n <= 50), '[]'),
            'pageInfo', json_build_object(
                'hasNextPage', count(*) > 50, 'endCursor', max(c.cursor) filter (where c.n = least(c.of, 50))))
        from (
            select *, count(*) over () as of from (
                select *, '{tag}.' || born || '.' || id as cursor, row_number() over (order by born desc, id desc) as n
                from compound where ledger = $1 and origin = $2 order by born desc, id desc limit 51) page) c
        join community m on m.ledger = c.ledger and m.id = c.community
        left join firm f on f.ledger = c.ledger and f.id = c.provider))),
    'extensions', json_build_object('ledger', (
        select json_build_object(
            'code', p.ledger, 'position', p.position, 'signed', s.position, 'root', encode(s.root, 'hex'),
            'projections', $3::text)
        from projector p left join lateral (
            select position, root from checkpoint s where s.ledger = p.ledger and s.position < p.position
            order by position desc limit 1) s on true
        where p.ledger = $1)))::text, 'UTF8') as body""".replace("{tag}", Order(Compound).tag)


class Handwritten(Engine):
    """Answers that one query, whatever it is asked."""

    def __init__(self, engine: Engine) -> None:
        vars(self).update(vars(engine))

    async def answer(self, request: Request) -> Answer:
        code, origin = request.variables["code"], request.variables["origin"]
        row = await self.pools.row(Audience.PUBLIC, SQL, [code, origin, self.catalogue.version])
        return Answer(row["body"])
