"""Checkpoints: the signed head of a ledger's tree, for anybody to verify (C2SP tlog-checkpoint, signed-note).

Three lines: the origin (which log), the size (how many leaves), the root hash in base64. The note adds a
blank line and signatures, "— <key name> base64(key id || signature)". The key id is the first four bytes of
SHA-256(key name || 0x0A || 0x01 || Ed25519 public key).
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from infra.merkle import HASH_SIZE

ED25519 = b"\x01"  # signature type
PUBLIC_SIZE = 32
KEY_ID_SIZE = 4
NOTE_LIMIT = 1_000_000  # bytes; the specification asks for a limit that leaves room for 16 signatures
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
KEY_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class CheckpointRefused(Exception):
    """The checkpoint cannot be trusted.
    该检查点不可信。"""


class NoteMalformed(CheckpointRefused):
    """No signed note.
    这不是签名文书。"""


class CheckpointMalformed(CheckpointRefused):
    """The signed text is not a checkpoint.
    所签文本不是检查点。"""


class SignatureMissing(CheckpointRefused):
    """The note has no signature by this key.
    文书上没有该密钥的签名。"""


class SignatureInvalid(CheckpointRefused):
    """A signature by this key does not fit the text: one of them was changed.
    该密钥的签名与文本不符，其中之一已被改动。"""


class OriginMismatch(CheckpointRefused):
    """The checkpoint is of another log than the key.
    检查点与密钥不属于同一日志。"""


class VkeyMalformed(CheckpointRefused):
    """No Ed25519 verifier key line.
    这不是 Ed25519 验证密钥行。"""


class OriginMalformed(CheckpointRefused):
    """A log's name is not empty and holds neither spaces, plus signs nor control characters.
    日志名称不得为空，不得含空格、加号或控制字符。"""


class Origin(str):
    """The name of a log for ever, also its key name; nothing is read out of it."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        if not KEY_NAME.fullmatch(name):
            raise OriginMalformed(name)
        return super().__new__(cls, name)

    @classmethod
    def of(cls, ledger: str) -> Self:
        return cls(f"gongzhi/{ledger}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: Origin
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vkey:
    """Who may sign for a log, as published: name+hex(key id)+base64(0x01 || public key)."""

    name: Origin
    public: bytes

    @cached_property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, line: str) -> "Vkey":
        try:
            name, key_id, encoded = line.removesuffix("\n").split("+", 2)  # base64 has plus signs of its own
            kind, public = (key := _unbase64(encoded))[:1], key[1:]
            vkey = cls(Origin(name), public)
        except (ValueError, OriginMalformed) as error:
            raise VkeyMalformed(line) from error
        if kind != ED25519 or len(public) != PUBLIC_SIZE or key_id != vkey.key_id.hex():
            raise VkeyMalformed(line)
        return vkey


@dataclass(frozen=True)
class SigningKey:
    origin: Origin
    private: Ed25519PrivateKey = field(repr=False)

    @cached_property
    def vkey(self) -> Vkey:
        return Vkey(self.origin, self.private.public_key().public_bytes_raw())


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    if len(root) != HASH_SIZE or not SIZE.fullmatch(str(size)):
        raise CheckpointMalformed
    return f"{Origin(origin)}\n{size}\n{_base64(root)}\n"


def sign(text: str, key: SigningKey) -> str:
    """The note: the text with a signature line; a checkpoint is signed by the key of its own log only."""
    if parse(text).origin != key.origin:
        raise OriginMismatch(key.origin)
    signature = _base64(key.vkey.key_id + key.private.sign(text.encode()))
    return f"{text}\n— {key.origin} {signature}\n"


def verify(note: str | bytes, vkey: Vkey | str) -> Checkpoint:
    """The checkpoint of the note, or CheckpointRefused; signatures by other keys (witnesses) are let be."""
    key = Vkey.parse(vkey) if isinstance(vkey, str) else vkey
    checkpoint = parse(open_note(note, key))
    if checkpoint.origin != key.name:
        raise OriginMismatch(checkpoint.origin)
    return checkpoint


def open_note(note: str | bytes, key: Vkey) -> str:
    """The text of a note that this key signed; any text, as other logs sign theirs."""
    text, signatures = _parts(note)
    ours = [signature for name, key_id, signature in signatures if (name, key_id) == (key.name, key.key_id)]
    if not ours:
        raise SignatureMissing(str(key))
    try:
        for signature in ours:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature as error:
        raise SignatureInvalid(str(key)) from error
    return text


def parse(text: str) -> Checkpoint:
    """Read a checkpoint's text, whoever signed it."""
    *lines, last = text.split("\n")
    try:
        origin, size, root, *extensions = lines
        checkpoint = Checkpoint(Origin(origin), int(size), _unbase64(root), tuple(extensions))
    except (ValueError, OriginMalformed) as error:
        raise CheckpointMalformed from error
    if last or not all(lines) or not SIZE.fullmatch(size) or len(checkpoint.root) != HASH_SIZE:
        raise CheckpointMalformed
    return checkpoint


def _parts(note: str | bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note's text and its signatures as name, key id and signature."""
    head, gap, tail = _characters(note).rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteMalformed
    return head + "\n", [_signature(line) for line in tail.removesuffix("\n").split("\n")]


def _characters(note: str | bytes) -> str:
    try:
        encoded = note if isinstance(note, bytes) else note.encode()
        text = encoded.decode()
    except UnicodeError as error:
        raise NoteMalformed from error
    if len(encoded) > NOTE_LIMIT or CONTROL.search(text):
        raise NoteMalformed
    return text


def _signature(line: str) -> tuple[str, bytes, bytes]:
    try:
        dash, name, encoded = line.split(" ")
        signature = _unbase64(encoded)
    except ValueError as error:
        raise NoteMalformed from error
    if dash != "—" or not KEY_NAME.fullmatch(name) or len(signature) <= KEY_ID_SIZE:
        raise NoteMalformed
    return name, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    """Strict: one text per value, so that nothing can be changed unseen."""
    data = base64.b64decode(text, validate=True)
    if _base64(data) != text:
        raise binascii.Error
    return data
