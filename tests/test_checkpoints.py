"""Checkpoints: what is signed is read, what was changed is refused, and others' notes are understood."""

import base64
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from infra.checkpoints import (
    NOTE_LIMIT,
    Checkpoint,
    CheckpointMalformed,
    CheckpointRefused,
    NoteMalformed,
    Origin,
    OriginMalformed,
    OriginMismatch,
    SignatureInvalid,
    SignatureMissing,
    SigningKey,
    Vkey,
    VkeyMalformed,
    checkpoint_text,
    open_note,
    parse,
    sign,
    verify,
)
from infra.merkle import EMPTY_ROOT, leaf_hash

ORIGIN = Origin.of("140423")
KEY = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
WITNESS = SigningKey(Origin("witness.example/1"), Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
ROOT = leaf_hash(b"LedgerOpened")
TEXT = checkpoint_text(ORIGIN, 1, ROOT)
NOTE = sign(TEXT, KEY)


def signed_as_is(text: str, key: SigningKey) -> str:
    """A signature that fits any text, as a careless or hostile holder of the key could make."""
    signature = base64.b64encode(key.vkey.key_id + key.private.sign(text.encode())).decode()
    return f"{text}\n— {key.origin} {signature}\n"


def signature_lines(note: str) -> str:
    return note.rpartition("\n\n")[2]


def test_a_checkpoint_is_three_lines() -> None:
    assert TEXT.split("\n") == ["gongzhi/140423", "1", base64.b64encode(ROOT).decode(), ""]


def test_a_signed_checkpoint_is_read_by_whoever_has_the_key_line() -> None:
    assert verify(NOTE, str(KEY.vkey)) == Checkpoint(ORIGIN, 1, ROOT)
    assert verify(NOTE.encode(), KEY.vkey) == parse(TEXT)


def test_the_empty_tree_has_a_checkpoint() -> None:
    assert verify(sign(checkpoint_text(ORIGIN, 0, EMPTY_ROOT), KEY), KEY.vkey).size == 0


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_every_size_and_root_survive_their_note(size: int, root: bytes) -> None:
    assert verify(sign(checkpoint_text(ORIGIN, size, root), KEY), KEY.vkey) == Checkpoint(ORIGIN, size, root)


def test_a_note_by_another_program_is_understood() -> None:
    key = Vkey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    note = f"{text}\n— PeterNeumann {signature}\n"
    assert open_note(note, key) == text
    with pytest.raises(CheckpointMalformed):
        verify(note, key)


@given(st.integers(0, len(NOTE) - 1), st.characters(exclude_categories=["Cs"]))
def test_a_note_with_one_character_changed_is_refused(place: int, character: str) -> None:
    changed = NOTE[:place] + character + NOTE[place + 1 :]
    if changed == NOTE:
        assert verify(changed, KEY.vkey) == parse(TEXT)
    else:
        with pytest.raises(CheckpointRefused):
            verify(changed, KEY.vkey)


@pytest.mark.parametrize("end", range(len(NOTE)))
def test_a_note_cut_off_anywhere_is_refused(end: int) -> None:
    with pytest.raises(CheckpointRefused):
        verify(NOTE[:end], KEY.vkey)


@pytest.mark.parametrize("text", [TEXT.replace("\n1\n", "\n2\n"), TEXT + "one more line\n", "\n" + TEXT])
def test_another_text_under_the_same_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify(f"{text}\n{signature_lines(NOTE)}", KEY.vkey)


def test_a_signature_of_another_key_of_the_same_name_is_not_ours() -> None:
    other = SigningKey(ORIGIN, WITNESS.private)
    with pytest.raises(SignatureMissing):
        verify(sign(TEXT, other), KEY.vkey)


def test_a_signature_of_another_key_under_our_key_id_is_invalid() -> None:
    forged = base64.b64encode(KEY.vkey.key_id + WITNESS.private.sign(TEXT.encode())).decode()
    with pytest.raises(SignatureInvalid):
        verify(f"{TEXT}\n— {ORIGIN} {forged}\n", KEY.vkey)


def test_our_signature_under_another_name_is_not_ours() -> None:
    with pytest.raises(SignatureMissing):
        verify(NOTE.replace(f"— {ORIGIN}", "— gongzhi/140430"), KEY.vkey)


def test_the_key_of_one_log_does_not_vouch_for_another() -> None:
    other = checkpoint_text(Origin.of("140430"), 1, ROOT)
    with pytest.raises(OriginMismatch):
        sign(other, KEY)
    with pytest.raises(OriginMismatch):
        verify(signed_as_is(other, KEY), KEY.vkey)


def test_signatures_of_witnesses_are_let_be() -> None:
    cosigned = NOTE + signature_lines(signed_as_is(TEXT, WITNESS))
    assert verify(cosigned, KEY.vkey) == parse(TEXT)
    assert open_note(cosigned, WITNESS.vkey) == TEXT


def test_one_false_signature_of_ours_beside_a_true_one_is_refused() -> None:
    false = base64.b64encode(KEY.vkey.key_id + bytes(64)).decode()
    with pytest.raises(SignatureInvalid):
        verify(f"{NOTE}— {ORIGIN} {false}\n", KEY.vkey)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n01\n{base64.b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n-1\n{base64.b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n１\n{base64.b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\nmany\n{base64.b64encode(ROOT).decode()}\n",
        pytest.param(f"{ORIGIN}\n{'9' * 5000}\n{base64.b64encode(ROOT).decode()}\n", id="a size past all ints"),
        f"{ORIGIN}\n1\n{base64.b64encode(ROOT[:-1]).decode()}\n",
        f"{ORIGIN}\n1\n{base64.urlsafe_b64encode(b'?' * 32).decode()}\n",
        f"{ORIGIN}\n1\n{base64.b64encode(ROOT).decode().rstrip('=')}\n",
        f"{ORIGIN}\n1\n\n{base64.b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n1\n{base64.b64encode(ROOT).decode()}\n\nextension\n",
        f"\n1\n{base64.b64encode(ROOT).decode()}\n",
        f"{ORIGIN}\n1\n",
        TEXT.removesuffix("\n"),
        "",
    ],
)
def test_what_is_not_written_as_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointMalformed):
        parse(text)


def test_lines_added_by_other_logs_are_kept() -> None:
    assert parse(TEXT + "more\nand more\n").extensions == ("more", "and more")


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n- {ORIGIN} AAAAAAAA\n",
        f"{TEXT}\n— {ORIGIN} AAAA\n",
        f"{TEXT}\n— {ORIGIN} AAAAAAA\n",
        f"{TEXT}\n— {ORIGIN}\n",
        f"{TEXT}\n— one+two AAAAAAAA\n",
        f"{TEXT}\n— one\u3000two AAAAAAAA\n",
        NOTE.replace("\n", "\r\n"),
        NOTE + "\t\n",
        NOTE.encode().replace(b"gongzhi", b"gongzh\xff"),
        "\ud800" + NOTE,
        pytest.param("x" * NOTE_LIMIT + NOTE, id="a note past the limit"),
        "",
    ],
)
def test_what_is_not_written_as_a_note_is_refused(note: str | bytes) -> None:
    with pytest.raises(NoteMalformed):
        open_note(note, KEY.vkey)


@pytest.mark.parametrize(("size", "root"), [(-1, ROOT), (1, ROOT[:-1]), (10**19, ROOT)])
def test_no_checkpoint_is_written_of_an_impossible_tree(size: int, root: bytes) -> None:
    with pytest.raises(CheckpointMalformed):
        checkpoint_text(ORIGIN, size, root)


def test_a_key_line_is_name_key_id_and_key() -> None:
    line = str(KEY.vkey)
    assert re.fullmatch(r"gongzhi/140423\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}", line)
    assert Vkey.parse(line) == Vkey.parse(line + "\n") == KEY.vkey


def vkey_line(name: str, public: bytes, kind: bytes = b"\x01", key_id: str | None = None) -> str:
    shown = key_id or Vkey(ORIGIN, public).key_id.hex()
    return f"{name}+{shown}+{base64.b64encode(kind + public).decode()}"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "gongzhi/140423",
        vkey_line("gongzhi/140430", KEY.vkey.public),
        vkey_line(ORIGIN, KEY.vkey.public, key_id="00000000"),
        vkey_line(ORIGIN, KEY.vkey.public, key_id=KEY.vkey.key_id.hex().upper()),
        vkey_line(ORIGIN, KEY.vkey.public, kind=b"\x04"),
        vkey_line(ORIGIN, KEY.vkey.public[:-1]),
        vkey_line("", KEY.vkey.public),
        vkey_line("two words", KEY.vkey.public),
        str(KEY.vkey) + "=",
    ],
)
def test_a_key_line_with_anything_wrong_is_refused(line: str) -> None:
    with pytest.raises(VkeyMalformed):
        Vkey.parse(line)


@pytest.mark.parametrize("name", ["", "two words", "one+two", "全角\u3000空格", "tab\t", "line\n", "\ud800"])
def test_a_log_is_not_named_so_that_notes_become_ambiguous(name: str) -> None:
    with pytest.raises(OriginMalformed):
        Origin(name)


def test_a_signing_key_does_not_show_its_secret() -> None:
    assert "07" * 8 not in repr(KEY)
    assert "private" not in repr(KEY)


def test_a_key_line_may_have_plus_signs_in_its_key() -> None:
    keys = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(64))
    vkey = next(v for key in keys if str(v := SigningKey(ORIGIN, key).vkey).count("+") > 3)
    assert Vkey.parse(str(vkey)) == Vkey.parse(f"{vkey}\n") == vkey


def test_a_text_with_an_empty_line_is_signed_like_any_other() -> None:
    text = "witness.example/1\n\nanything\n"
    assert open_note(signed_as_is(text, WITNESS), WITNESS.vkey) == text


def test_the_longest_note_is_read_and_one_byte_more_is_not() -> None:
    room = NOTE_LIMIT - len(signed_as_is("\n", WITNESS).encode())
    note = signed_as_is("x" * room + "\n", WITNESS)
    assert len(note.encode()) == NOTE_LIMIT
    assert open_note(note, WITNESS.vkey) == "x" * room + "\n"
    with pytest.raises(NoteMalformed):
        open_note(signed_as_is("x" * (room + 1) + "\n", WITNESS), WITNESS.vkey)


def test_a_refusal_says_of_which_key() -> None:
    for refused, note in ((SignatureMissing, NOTE), (SignatureInvalid, NOTE)):
        key = WITNESS.vkey if refused is SignatureMissing else KEY.vkey
        changed = note if refused is SignatureMissing else note.replace("\n1\n", "\n2\n")
        with pytest.raises(refused, match=re.escape(str(key))):
            open_note(changed, key)
