"""Who asks: a bearer token's word for person, ledger and role, and the ledger's word for what that allows.

The development issuer signs with a key of the key store, and is believed only outside production, on loopback.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from api.errors import TokenInvalid
from api.pools import Pools
from domain.bodies import CHINA
from domain.events import Audience
from domain.roles import Role
from infra.keys import KeyStore

__all__ = ["DevelopmentIssuer", "Identities", "Viewer"]

ISSUER, AUDIENCE = "gongzhi-development", "gongzhi"
ORIGIN = "gongzhi/development-issuer"
HOUR = 3600
LONGEST = 4096
GRANTED = """
select count(*) > 0 as held, coalesce(bool_or(scope is null), false) as whole from "grant"
where ledger = $1 and person = $2 and role = $3 and since <= $4 and (until is null or until > $4)"""


class Viewer(NamedTuple):
    """Somebody signed in to one ledger; `audience` is what a grant of the role really allows there.

    `opens`: personal text is opened for them; as people lie nowhere yet, that takes a grant over the whole ledger."""

    ledger: str
    person: str
    role: Role | None
    audience: Audience
    opens: bool = False


class DevelopmentIssuer:
    """Makes and checks tokens with the key store's own key."""

    def __init__(self, key: OKPKey, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = key, clock

    @classmethod
    async def of(cls, keys: KeyStore, clock: Callable[[], float] = time.time) -> "DevelopmentIssuer":
        signing = await keys.signing_key("", ORIGIN)
        pem = signing.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return cls(OKPKey.import_key(pem), clock)

    def issue(self, ledger: str, person: str, role: Role | None = None, seconds: int = 12 * HOUR) -> str:
        now = int(self._clock())
        claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": person, "ledger": ledger}
        claims |= {"iat": now, "exp": now + seconds} | ({} if role is None else {"role": role.name})
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=["Ed25519"])

    def claims(self, token: str) -> dict[str, Any]:
        """What a token of ours says that holds now, or TokenInvalid."""
        try:
            if len(token) > LONGEST:
                raise TokenInvalid
            decoded = jwt.decode(token, self._key, algorithms=["Ed25519"])
            registry = jwt.JWTClaimsRegistry(
                now=lambda: int(self._clock()),
                iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": AUDIENCE},
                sub={"essential": True},
                exp={"essential": True},
                ledger={"essential": True},
            )
            registry.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise TokenInvalid from error
        return dict(decoded.claims)


class Identities:
    """From the Authorization header to a viewer; without an issuer nobody can sign in."""

    def __init__(self, pools: Pools, issuer: DevelopmentIssuer | None, today: Callable[[], date] | None = None) -> None:
        self._pools, self._issuer = pools, issuer
        self._today = today or (lambda: datetime.now(CHINA).date())

    async def viewer(self, authorization: str | None) -> Viewer | None:
        if not authorization:
            return None
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or self._issuer is None:
            raise TokenInvalid
        claims = self._issuer.claims(token.strip())
        ledger, person, role = str(claims["ledger"]), str(claims["sub"]), _role(claims.get("role"))
        return await self._granted(ledger, person, role)

    async def _granted(self, ledger: str, person: str, role: Role | None) -> Viewer:
        stranger = Viewer(ledger, person, role, Audience.PUBLIC)
        if role is None:
            return stranger
        row = await self._pools.row(Audience.STAFF, GRANTED, [ledger, person, role.name, self._today()])
        opens = bool(row["whole"]) and role.deals_with_people
        return stranger._replace(audience=role.audience, opens=opens) if row["held"] else stranger


def _role(claimed: Any) -> Role | None:
    if claimed is None:
        return None
    if claimed not in Role.__members__:
        raise TokenInvalid
    return Role[claimed]
