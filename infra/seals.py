"""Seals: personal text as tokens that events and read models carry, each readable only with its person's key.

AES-256-GCM, bound to ledger, event, field and person, so that a token moved elsewhere does not open.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from secrets import token_bytes
from typing import NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_SIZE = 12  # NIST SP 800-38D §8.2.2: random 96 bits, for fewer than 2³² texts a key
MARK = b'"\\u0001v1.'
PARTS = r"([a-z]+:[0-9A-Za-z_-]+)\.([A-Z][A-Z0-9_]*)\.([0-9A-Za-z-]+)\.([a-z][a-z0-9_]*)\.([0-9A-Za-z_-]+)"
TOKEN = re.compile(f"\u0001v1\\.{PARTS}\u0002")
# A quote that opens a JSON string never follows a backslash; one inside a string always does.
TOKEN_IN_JSON = re.compile(rf'(?<!\\)"\\u0001v1\.{PARTS}\\u0002"'.encode())

Pair = tuple[str, str]  # subject, purpose


class TokenMalformed(Exception):
    """No token of sealed text.
    这不是密封文本的令牌。"""


class SealBroken(Exception):
    """The token was changed, moved from another event or field, or sealed with another key.
    令牌被改动、取自别的事件或字段，或由别的密钥密封。"""


class Sealed(NamedTuple):
    subject: str
    purpose: str
    event_id: str
    field: str
    ciphertext: bytes  # nonce first


def seal(  # noqa: PLR0917 - in the order of the token
    ledger: str, subject: str, purpose: str, event_id: str, field: str, text: str, key: bytes
) -> str:
    """The token that stands for a personal text in its event; no user text has its control characters."""
    nonce = token_bytes(NONCE_SIZE)
    ciphertext = AESGCM(key).encrypt(nonce, text.encode(), _bound_to(ledger, event_id, field, subject))
    encoded = base64.urlsafe_b64encode(nonce + ciphertext).decode().rstrip("=")
    token = f"\u0001v1.{subject}.{purpose}.{event_id}.{field}.{encoded}\u0002"
    if not TOKEN.fullmatch(token):
        raise TokenMalformed
    return token


def unseal(ledger: str, token: str, key: bytes) -> str:
    return _open(ledger, parse_token(token), key)


def opened(ledger: str, keys: Mapping[Pair, bytes], token: str) -> str:
    """The text, or nothing where its key was destroyed."""
    sealed = parse_token(token)
    key = keys.get((sealed.subject, sealed.purpose))
    return "" if key is None else _open(ledger, sealed, key)


def parse_token(token: str) -> Sealed:
    match = TOKEN.fullmatch(token)
    if not match:
        raise TokenMalformed
    return _sealed(*match.groups())


def tokens_in(payload: bytes) -> set[Pair]:
    """Whose keys, for what purposes, unseal_all needs for this JSON."""
    if MARK not in payload:
        return set()
    return {(match[1].decode(), match[2].decode()) for match in TOKEN_IN_JSON.finditer(payload)}


def unseal_all(ledger: str, payload: bytes, keys: Mapping[Pair, bytes]) -> bytes:
    """The JSON with each string that is a token in clear, or null where its key is destroyed."""

    def clear(match: re.Match[bytes]) -> bytes:
        sealed = _sealed(*(part.decode() for part in match.groups()))
        key = keys.get((sealed.subject, sealed.purpose))
        return b"null" if key is None else orjson.dumps(_open(ledger, sealed, key))

    return TOKEN_IN_JSON.sub(clear, payload) if MARK in payload else payload


def _sealed(subject: str, purpose: str, event_id: str, field: str, encoded: str) -> Sealed:
    try:
        ciphertext = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError as error:
        raise TokenMalformed from error
    if base64.urlsafe_b64encode(ciphertext).decode().rstrip("=") != encoded:  # one token per ciphertext
        raise TokenMalformed
    return Sealed(subject, purpose, event_id, field, ciphertext)


def _open(ledger: str, sealed: Sealed, key: bytes) -> str:
    nonce, ciphertext = sealed.ciphertext[:NONCE_SIZE], sealed.ciphertext[NONCE_SIZE:]
    try:
        bound_to = _bound_to(ledger, sealed.event_id, sealed.field, sealed.subject)
        return AESGCM(key).decrypt(nonce, ciphertext, bound_to).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def _bound_to(ledger: str, event_id: str, field: str, subject: str) -> bytes:
    return f"{ledger}|{event_id}|{field}|{subject}".encode()
