"""Evidence files over HTTP: kept once and recorded, given back whole or in part to those who may (Q46, X24)."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from api.app import Profile
from api.catalogue import product
from api.contents import LEADING, NAMES, begins_as
from api.execution import Engine
from api.execution import Request as GraphQLRequest
from api.pools import open_pools
from api.progress import following
from api.ranges import RangeUnfit, has_it, range_of
from api.schema import product_schema
from domain.exhibits import MediaType
from domain.roles import Role
from infra.address import Address
from infra.arrivals import CHUNK
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from tests.buckets import S3Server, s3_server
from tests.sending import LARGEST, PNG, events, get, left, photo, put
from tests.wire import LEDGER, OTHER, Wire, fresh_databases, serving

pytestmark = pytest.mark.xdist_group("buckets")
BEGINNINGS = {
    MediaType.JPEG: b"\xff\xd8\xff\xe0",
    MediaType.PNG: PNG,
    MediaType.WEBP: b"RIFF\x10\x00\x00\x00WEBP",
    MediaType.PDF: b"%PDF-1.7",
    MediaType.XLSX: b"PK\x03\x04",
    MediaType.DOCX: b"PK\x03\x04",
    MediaType.TEXT: "会议记录".encode("gb18030"),
    MediaType.MP4: b"\x00\x00\x00\x20ftypisom",
}


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3") / "data") as server:
        yield server


@pytest.fixture(scope="module", params=["folder", "bucket"])
async def wire(  # noqa: PLR0917 - fixtures
    request: pytest.FixtureRequest,
    postgres: EmbeddedPostgres,
    root: Address,
    migrated: Databases,
    tmp_path_factory: pytest.TempPathFactory,
    s3: S3Server,
) -> AsyncIterator[Wire]:
    """The application over each of the stores."""
    home = tmp_path_factory.mktemp("files")
    settings = {"largest": LARGEST, "files_url": s3.url if request.param == "bucket" else None}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3.environment.items():
            patch.setenv(name, value)
        async with (
            fresh_databases(postgres, root) as databases,
            serving(databases, home, Profile(patience=0.5), **settings) as opened,
        ):
            yield opened


async def refused(wire: Wire, answer: httpx.Response, status: int, code: str, content: bytes = b"") -> dict[str, Any]:
    """With this status and code, told in both languages, and nothing recorded or left."""
    assert answer.status_code == status, answer.text
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == code
    assert await events(wire, content) == []
    assert left(wire) == []
    return dict(error["extensions"])


async def test_a_file_is_kept_recorded_and_given_back(wire: Wire) -> None:
    content = photo("whole", 2 * CHUNK + 5)
    digest = sha256(content).hexdigest()
    answer = await put(wire, content)
    url = f"/files/{LEDGER}/{digest}"
    told = {"id": f"{LEDGER}:exhibit:{digest}", "sha256": digest, "size": len(content), "mediaType": "PNG", "url": url}
    assert (answer.status_code, answer.json(), answer.headers["location"]) == (201, told, url)
    signed = {"authorization": f"Bearer {await wire.token(Role.UNIT)}", "content-type": "image/png"}
    again = await wire.client.post(f"/files/{LEDGER}", content=content, headers=signed)
    assert (again.status_code, again.json()) == (200, told)
    assert await events(wire, content) == ["ExhibitKept"]
    given = await get(wire, url)
    assert (given.status_code, given.content) == (200, content)
    expected = {
        "content-type": "image/png",
        "content-length": str(len(content)),
        "etag": f'"{digest}"',
        "cache-control": "private, immutable",
        "x-content-type-options": "nosniff",
        "content-disposition": "attachment",
        "accept-ranges": "bytes",
    }
    assert {name: given.headers[name] for name in expected} == expected
    head = await get(wire, url, method="HEAD", range="bytes=0-1")
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in expected} == expected
    assert left(wire) == []


async def test_what_is_kept_is_found_in_the_ledger_with_who_kept_it(wire: Wire) -> None:
    content = photo("found")
    token = await wire.token(Role.GRID_WORKER)
    kept = (await put(wire, content, token)).json()
    query = """query ($c: ID!, $d: String!) { ledger(code: $c) { exhibits(sha256: $d) { edges { node {
        id size mediaType url history { edges { node { type } } } } } } } }"""
    told = await wire.ask(query, token, c=LEDGER, d=kept["sha256"])
    [edge] = told["data"]["ledger"]["exhibits"]["edges"]
    happened = edge["node"].pop("history")["edges"]
    assert edge["node"] == {"id": kept["id"], "size": 100, "mediaType": "PNG", "url": kept["url"]}
    assert [each["node"]["type"] for each in happened] == ["ExhibitKept"]
    both = "query ($i: ID!) { node(id: $i) { ... on Exhibit { url history { edges { node { actor { role } } } } } } }"
    told = await wire.ask(both, token, i=kept["id"])
    role = {"edges": [{"node": {"actor": {"role": "GRID_WORKER"}}}]}
    assert told["data"]["node"] == {"url": kept["url"], "history": role}


@pytest.mark.parametrize("media", list(MediaType), ids=lambda media: media.name)
async def test_each_type_is_taken_as_it_begins_and_not_as_another(wire: Wire, media: MediaType) -> None:
    content = BEGINNINGS[media] + media.name.encode() * 300
    answer = await put(wire, content, content_type=f"{NAMES[media].upper()}; charset=x")
    assert (answer.status_code, answer.json()["mediaType"]) == (201, media.name)
    given = await get(wire, answer.json()["url"])
    assert (given.headers["content-type"], given.content) == (NAMES[media], content)
    for other in set(MediaType) - {media}:
        if BEGINNINGS[other] != BEGINNINGS[media]:
            answer = await put(wire, content + b"x", content_type=NAMES[other])
            assert await refused(wire, answer, 415, "FILE_NOT_AS_DECLARED", content + b"x")


@pytest.mark.parametrize("wrong", ["image/gif", "image/svg+xml", "text/html", "multipart/form-data; boundary=x", ""])
async def test_other_types_are_not_taken(wire: Wire, wrong: str) -> None:
    told = await refused(wire, await put(wire, photo("a"), content_type=wrong), 415, "FILE_KIND_UNFIT", photo("a"))
    assert "image/png" in told["details"]["taken"]


async def test_a_packed_body_is_not_taken(wire: Wire) -> None:
    answer = await put(wire, photo("a"), content_encoding="gzip")
    await refused(wire, answer, 415, "FILE_KIND_UNFIT", photo("a"))


@pytest.mark.parametrize("text", [b"<\x00b", b"\x7fELF", b"MZ\x90", b"%PDF-1.4"])
def test_text_is_what_begins_as_nothing_else_and_has_no_zero(text: bytes) -> None:
    assert not begins_as(MediaType.TEXT, text)
    assert begins_as(MediaType.TEXT, "一\r\n".encode())


async def chunked(content: bytes, asked: list[int], size: int = 1 << 16) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        asked.append(start)
        yield content[start : start + size]


async def test_the_largest_is_taken_and_a_byte_more_is_not_though_it_says_no_length(wire: Wire) -> None:
    largest, larger = photo("largest", LARGEST), photo("larger", LARGEST + 1)
    assert (await put(wire, chunked(largest, []))).status_code == 201
    for body in (larger, chunked(larger, [])):
        told = await refused(wire, await put(wire, body), 413, "BODY_TOO_LARGE", larger)
        assert told["details"] == {"most": LARGEST}
    for length in ("9" * 5000, str(LARGEST + 1)):
        answer = await put(wire, chunked(b"", []), content_length=length)
        await refused(wire, answer, 413, "BODY_TOO_LARGE", b"")


async def test_an_empty_file_is_not_taken(wire: Wire) -> None:
    await refused(wire, await put(wire, b""), 400, "FILE_EMPTY")
    await refused(wire, await put(wire, chunked(b"", [])), 400, "FILE_EMPTY")


async def test_a_digest_that_is_given_must_be_the_files(wire: Wire) -> None:
    content = photo("stated")
    digest, coded = sha256(content).hexdigest(), base64.b64encode(sha256(content).digest()).decode()
    wrong, wrongly = sha256(b"").hexdigest(), base64.b64encode(sha256(b"").digest()).decode()
    told = await refused(wire, await put(wire, content, query=f"?sha256={wrong}"), 400, "FILE_NOT_AS_SENT", content)
    assert told["details"] == {"sha256": wrong, "actual": digest}
    for header in ({"digest": f"SHA-256={wrongly}"}, {"repr_digest": f"sha-256=:{wrongly}:"}):
        await refused(wire, await put(wire, content, **header), 400, "FILE_NOT_AS_SENT", content)
    for unfit in (digest.upper(), digest[1:], ""):
        await refused(wire, await put(wire, content, query=f"?sha256={unfit}"), 400, "DIGEST_UNFIT", content)
    assert (await put(wire, content, query=f"?sha256={digest}")).status_code == 201
    for header in ({"digest": f"md5=x,sha-256={coded}"}, {"content_digest": f"sha-256=:{coded}:"}):
        assert (await put(wire, content, **header)).status_code == 200


async def test_who_may_not_is_told_before_sending_and_in_their_language(wire: Wire) -> None:
    content, asked = photo("may not"), list[int]()
    auditor = await wire.token(Role.AUDITOR)
    for language, word in (("en", "grants"), ("zh", "授权")):
        answer = await put(wire, chunked(content, asked), auditor, accept_language=language)
        told = await refused(wire, answer, 403, "NOT_PERMITTED", content)
        assert "AUDITOR" not in told["details"]["needed"]
        assert answer.headers["content-language"] == language
        assert word in answer.json()["errors"][0]["message"]
    pretender = wire.issuer.issue(LEDGER, "person:nobody", Role.COUNTY)
    nameless = wire.issuer.issue(LEDGER, "person:nobody")
    for token in (pretender, nameless):
        await refused(wire, await put(wire, chunked(content, asked), token), 403, "NOT_PERMITTED", content)
    elsewhere = await wire.token(Role.COMMUNITY, OTHER)
    await refused(wire, await put(wire, chunked(content, asked), elsewhere), 404, "LEDGER_UNKNOWN", content)
    assert (await wire.client.put(f"/files/{LEDGER}", content=content)).status_code == 401
    await refused(wire, await put(wire, content, "forged"), 401, "TOKEN_INVALID", content)


async def test_a_file_is_given_to_staff_and_parties_of_its_ledger_alone(wire: Wire) -> None:
    url = (await put(wire, photo("seen"))).json()["url"]
    for role in (Role.COMMITTEE, Role.AUDITOR, Role.LEGAL):
        assert (await get(wire, url, await wire.token(role))).status_code == 200
    public = wire.issuer.issue(LEDGER, "person:nobody")
    elsewhere = await wire.token(Role.COUNTY, OTHER)
    there = url.replace(LEDGER, OTHER)
    for token, address in ((public, url), (elsewhere, url), (elsewhere, there)):
        for method in ("GET", "HEAD"):
            assert (await get(wire, address, token, method)).status_code == 404
    nobody = await wire.client.get(url)
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    assert nobody.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_what_is_not_recorded_in_the_ledger_is_not_there_though_its_bytes_are(wire: Wire, tmp_path: Path) -> None:
    digest = sha256(b"stray").hexdigest()
    (tmp_path / "stray").write_bytes(b"stray")
    await wire.services.files.keep(LEDGER, digest, tmp_path / "stray")
    assert (await get(wire, f"/files/{LEDGER}/{digest}")).status_code == 404


async def test_nothing_else_is_an_address(wire: Wire) -> None:
    digest = (await put(wire, photo("address"))).json()["sha256"]
    for tail in (
        digest.upper(),
        digest[:-1],
        digest + "0",
        "..",
        "%2e%2e",
        "..%2f..",
        f"{digest}/",
        "%00",
    ):
        answer = await get(wire, f"/files/{LEDGER}/{tail}")
        assert answer.status_code in {404, 307}, tail
    for ledger in ("..", "%2e%2e%2f", "nowhere", f"{LEDGER}%2f", "x" * 5000):
        assert (await get(wire, f"/files/{ledger}/{digest}")).status_code == 404
    signed = {"authorization": f"Bearer {await wire.token()}", "content-type": "image/png"}
    for ledger in ("..", "%2e%2e", "nowhere", "x" * 5000):
        answer = await wire.client.put(f"/files/{ledger}", content=photo("x"), headers=signed)
        assert answer.status_code == 404
    for method in ("DELETE", "PUT", "POST"):
        assert (await get(wire, f"/files/{LEDGER}/{digest}", method=method)).status_code == 405


async def test_a_part_is_given_to_whoever_asks_for_one(wire: Wire) -> None:
    content = photo("part", CHUNK + 50)
    url, size = (await put(wire, content)).json()["url"], len(content)
    token = await wire.token(Role.COMMUNITY)
    for asked, start, stop in (
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK + 1),
        (f"bytes={CHUNK + 1}-", CHUNK + 1, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=5-{size * 9}", 5, size),
    ):
        part = await get(wire, url, token, range=asked)
        assert (part.status_code, part.content) == (206, content[start:stop]), asked
        assert part.headers["content-range"] == f"bytes {start}-{stop - 1}/{size}"
        assert part.headers["content-length"] == str(stop - start)
    beyond = await get(wire, url, token, range=f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert (await get(wire, url, token, range="bytes=1-2", if_range='"other"')).status_code == 200


@pytest.mark.parametrize(
    "odd", ["bytes=2-1", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2", f"bytes={'9' * 5000}-"]
)
def test_what_is_no_range_is_passed_over(odd: str) -> None:
    assert range_of({"range": odd}, 10, '"e"') is None


@pytest.mark.parametrize("beyond", ["bytes=10-", "bytes=10-11", "bytes=-0"])
def test_what_lies_beyond_is_no_part(beyond: str) -> None:
    with pytest.raises(RangeUnfit):
        range_of({"range": beyond}, 10, '"e"')


async def test_who_has_it_already_is_told_so(wire: Wire) -> None:
    kept = (await put(wire, photo("had"))).json()
    for given in (f'"{kept["sha256"]}"', f'"x", W/"{kept["sha256"]}"', "*"):
        answer = await get(wire, kept["url"], if_none_match=given, range="bytes=0-1")
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", f'"{kept["sha256"]}"')
    assert (await get(wire, kept["url"], if_none_match='"x"')).status_code == 200
    assert not has_it({}, '"x"')


async def test_twenty_who_send_the_same_at_once_are_told_the_same_of_one_event(wire: Wire) -> None:
    content, token = photo("crowd", CHUNK + 1), await wire.token(Role.COMMUNITY)
    answers = await asyncio.gather(*(put(wire, chunked(content, []), token) for _ in range(20)))
    assert sorted(each.status_code for each in answers) == [200] * 19 + [201]
    assert len({each.text for each in answers}) == 1
    assert await events(wire, content) == ["ExhibitKept"]
    assert left(wire) == []


async def test_the_first_type_stays(wire: Wire) -> None:
    content = b"PK\x03\x04 either"
    first = await put(wire, content, content_type=NAMES[MediaType.XLSX])
    again = await put(wire, content, content_type=NAMES[MediaType.DOCX])
    assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.parametrize("size", [100, 2 * CHUNK + 5])
async def test_what_was_damaged_is_not_given_and_is_mended_by_sending_it_again(
    wire: Wire, tmp_path: Path, size: int
) -> None:
    content = photo(f"damaged {size}", size)
    kept = (await put(wire, content)).json()
    for wrong in (content[:-1] + b"!", content[:-1]):
        (tmp_path / "wrong").write_bytes(wrong)
        await wire.services.files.keep(LEDGER, kept["sha256"], tmp_path / "wrong")
        before = wire_metric(await wire.client.get("/metrics"), 'gongzhi_files_total{done="damaged"}')
        for asked in ({}, {"range": "bytes=0-9"}):
            assert await broken_off(wire, kept["url"], **asked)
        after = wire_metric(await wire.client.get("/metrics"), 'gongzhi_files_total{done="damaged"}')
        assert after == before + 2
    assert (await put(wire, content)).status_code == 200
    assert (await get(wire, kept["url"])).content == content


async def broken_off(wire: Wire, url: str, **headers: str) -> bool:
    """Whether there is no whole answer: an error that says so, or an end before the last byte."""
    try:
        answer = await get(wire, url, **headers)
    except Exception as error:  # noqa: BLE001 - what the server's process would log
        return type(error).__name__ == "FileDamaged"
    return bool(answer.status_code == 500 and answer.json()["errors"][0]["extensions"]["code"] == "FILE_DAMAGED")


def wire_metric(answer: httpx.Response, name: str) -> float:
    return next((float(line.rpartition(" ")[2]) for line in answer.text.splitlines() if line.startswith(name)), 0.0)


async def test_what_is_done_with_files_is_counted(wire: Wire) -> None:
    names = [f'gongzhi_files_total{{done="{done}"}}' for done in ("kept", "known", "served")]
    names.append('gongzhi_files_refused_total{code="FILE_EMPTY"}')
    before = [wire_metric(await wire.client.get("/metrics"), name) for name in names]
    url = (await put(wire, photo("counted"))).json()["url"]
    await put(wire, photo("counted"))
    await get(wire, url)
    await put(wire, b"")
    after = [wire_metric(await wire.client.get("/metrics"), name) for name in names]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1.0] * 4


async def test_the_standard_executor_tells_the_same_address(wire: Wire) -> None:
    kept = (await put(wire, photo("plainly"))).json()
    await wire.settle()
    services = wire.services
    async with open_pools(services.databases, size=1) as pools, following(services.databases, pools) as progress:
        engine = Engine(product(), product_schema(), pools, progress, services.keys, compiled=False)
        query = "query ($i: ID!) { node(id: $i) { ... on Exhibit { url } } }"
        answer = await engine.answer(GraphQLRequest(query, {"i": kept["id"]}))
    assert orjson.loads(answer.body)["data"] == {"node": {"url": kept["url"]}}


async def test_who_sends_nothing_more_is_not_waited_for(wire: Wire) -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield photo("slow")
        await asyncio.Event().wait()

    await refused(wire, await put(wire, stalled()), 408, "FILE_TOO_SLOW", photo("slow"))


async def test_health_tells_of_the_store(wire: Wire) -> None:
    assert (await wire.client.get("/health/ready")).json()["files"] is True


def test_what_is_looked_at_is_the_beginning() -> None:
    assert LEADING < CHUNK
