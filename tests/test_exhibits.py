"""A file kept as evidence is known by the digest of its bytes (Q46, X24)."""

from hashlib import sha256
from typing import Any

import pytest

from domain.decisions import ThingExists
from domain.events import Ref
from domain.exhibits import DigestUnfit, ExhibitKept, MediaType, keep
from domain.specification import given
from tests.county import COUNTY

DIGEST = sha256(b"photo").hexdigest()
PHOTO: dict[str, Any] = {"sha256": DIGEST, "size": 5, "media_type": MediaType.JPEG}


def test_an_exhibit_is_named_by_its_digest_and_kept_once() -> None:
    kept = given(*COUNTY).when(keep, **PHOTO)
    kept.then(ExhibitKept(Ref(f"exhibit:{DIGEST}"), **PHOTO))
    kept.when(keep, command="another", **PHOTO).refused(ThingExists(Ref(f"exhibit:{DIGEST}")))


@pytest.mark.parametrize("digest", [DIGEST[:-1], DIGEST.upper(), "g" * 64])
def test_what_is_no_digest_names_no_exhibit(digest: str) -> None:
    given(*COUNTY).when(keep, sha256=digest, size=5, media_type=MediaType.PNG).refused(DigestUnfit(digest))
