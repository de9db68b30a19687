"""The tree against someone else's vectors, and against the definitions of RFC 6962 §2.1 written out."""

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    Frontier,
    FrontierMalformed,
    HashReader,
    Node,
    OutsideTree,
    ProofRefused,
    consistency_plan,
    consistency_proof,
    inclusion_plan,
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_hash,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc6962.json").read_text("utf-8"))
LEAVES = [leaf_hash(bytes([number])) for number in range(70)]
SIZES = range(1, 41)


def mth(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]), word by word from RFC 6962 §2.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


@cache
def root(size: int) -> bytes:
    return mth(LEAVES[:size])


@cache
def stored(node: Node) -> bytes:
    start = node.number << node.level
    return mth(LEAVES[start : start + (1 << node.level)])


def reader(size: int) -> HashReader:
    """Reads as storage would: only whole nodes of a tree of this size, none twice."""

    def read(nodes: Sequence[Node]) -> list[bytes]:
        assert len(set(nodes)) == len(nodes)
        assert all((node.number + 1) << node.level <= size for node in nodes)
        return [stored(node) for node in nodes]

    return read


def refused(check: Callable[..., None], *arguments: object) -> bool:
    try:
        check(*arguments)
    except ProofRefused:
        return True
    return False


def unbase64(texts: Sequence[str] | None) -> list[bytes]:
    return [b64decode(text) for text in texts or ()]


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["name"])
def test_inclusion_agrees_with_the_public_vectors(vector: dict[str, Any]) -> None:
    tree_root, leaf = unbase64([vector["root"], vector["leafHash"]])
    proof, index, size = unbase64(vector["proof"]), vector["leafIdx"], vector["treeSize"]
    assert refused(verify_inclusion, proof, index, size, tree_root, leaf) == vector["wantErr"]


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["name"])
def test_consistency_agrees_with_the_public_vectors(vector: dict[str, Any]) -> None:
    old_root, new_root = unbase64([vector["root1"], vector["root2"]])
    proof, old, new = unbase64(vector["proof"]), vector["size1"], vector["size2"]
    assert refused(verify_consistency, proof, old, new, old_root, new_root) == vector["wantErr"]


def test_all_public_vectors_are_here() -> None:
    assert len(VECTORS["inclusion"]) + len(VECTORS["consistency"]) == 196


def test_a_leaf_and_a_node_of_the_same_bytes_differ() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_every_leaf_of_every_tree_is_proved_at_its_index_only() -> None:
    for size in SIZES:
        for index in range(size):
            proof = inclusion_proof(index, size, reader(size))
            assert len(proof) <= (size - 1).bit_length()
            for other in range(size):
                wrong = refused(verify_inclusion, proof, other, size, root(size), LEAVES[index])
                assert wrong == (other != index)


def test_every_tree_is_proved_to_begin_with_every_smaller_one() -> None:
    for new in SIZES:
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, reader(new))
            assert len(proof) <= (new - 1).bit_length() + 1
            verify_consistency(proof, old, new, root(old), root(new))


sizes = st.integers(1, len(LEAVES))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[list[bytes]], list[bytes]]:
    """What somebody may do to a proof: flip a bit; drop, double, swap, stretch, shorten or add a hash."""
    place, bit = draw(st.integers(0, 20)), draw(st.integers(0, 8 * HASH_SIZE - 1))
    kind = draw(st.sampled_from(["flip", "drop", "double", "swap", "stretch", "shorten", "add"]))

    def mutate(proof: list[bytes]) -> list[bytes]:
        if kind == "add" or not proof:
            return [*proof, LEAVES[place]]
        at = place % len(proof)
        before, part, after = proof[:at], proof[at], proof[at + 1 :]
        match kind:
            case "flip":
                changed = [(int.from_bytes(part, "big") ^ 1 << bit).to_bytes(HASH_SIZE, "big")]
            case "drop":
                changed = []
            case "double":
                changed = [part, part]
            case "swap":
                changed, after = [*after[:1], part], after[1:]
            case "stretch":
                changed = [part + b"\x00"]
            case _:
                changed = [part[:-1]]
        return [*before, *changed, *after]

    return mutate


@given(pairs(), mutations())
def test_a_changed_inclusion_proof_is_refused(
    pair: tuple[int, int], mutate: Callable[[list[bytes]], list[bytes]]
) -> None:
    index, size = pair
    proof = inclusion_proof(index, size, reader(size))
    changed = mutate(proof)
    assert refused(verify_inclusion, changed, index, size, root(size), LEAVES[index]) == (changed != proof)


@given(pairs(), mutations())
def test_a_changed_consistency_proof_is_refused(
    pair: tuple[int, int], mutate: Callable[[list[bytes]], list[bytes]]
) -> None:
    old, new = pair[0] + 1, pair[1]
    proof = consistency_proof(old, new, reader(new))
    changed = mutate(proof)
    assert refused(verify_consistency, changed, old, new, root(old), root(new)) == (changed != proof)


@given(pairs(), st.integers(0, 69))
def test_history_that_was_rewritten_is_not_consistent(pair: tuple[int, int], place: int) -> None:
    old, new = pair[0] + 1, pair[1]
    rewritten = [*LEAVES[:old]]
    rewritten[place % old] = leaf_hash(b"another history")
    proof = consistency_proof(old, new, reader(new))
    assert refused(verify_consistency, proof, old, new, mth(rewritten), root(new))
    assert refused(verify_consistency, proof, old, new, root(old), mth(rewritten + LEAVES[old:new]))


@given(pairs(), sizes)
def test_a_proof_holds_for_no_leaf_but_its_own(pair: tuple[int, int], other: int) -> None:
    index, size = pair
    proof, leaf = inclusion_proof(index, size, reader(size)), LEAVES[other - 1]
    wrong = refused(verify_inclusion, proof, index, size, root(size), leaf)
    assert wrong == (leaf != LEAVES[index])


@given(st.lists(st.integers(0, 20), max_size=6))
def test_a_tree_grown_in_any_steps_has_the_root_of_the_definition(steps: list[int]) -> None:
    frontier, leaves = Frontier(), [leaf_hash(bytes([number % 256])) for number in range(sum(steps))]
    for step in steps:
        frontier = frontier.extend(leaves[frontier.size : frontier.size + step])
    assert frontier.root() == mth(leaves) == tree_hash(leaves)
    assert frontier.size == len(leaves)


def test_a_frontier_is_unchanged_by_what_grows_from_it() -> None:
    before = Frontier().extend(LEAVES[:11])
    grown = [before.append(LEAVES[11]), before.extend(LEAVES[11:30])]
    assert (before.size, before.root()) == (11, root(11))
    assert [frontier.root() for frontier in grown] == [root(12), root(30)]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == mth([])


@given(st.integers(0, 70))
def test_a_frontier_survives_its_bytes(size: int) -> None:
    frontier = Frontier().extend(LEAVES[:size])
    packed = frontier.to_bytes()
    assert Frontier.from_bytes(packed) == frontier
    assert len(packed) == 8 + HASH_SIZE * size.bit_count()


@pytest.mark.parametrize("cut", [slice(0, 0), slice(0, 7), slice(0, -1), slice(0, 8), slice(1, None)])
def test_bytes_of_another_length_are_no_frontier(cut: slice) -> None:
    packed = Frontier().extend(LEAVES[:11]).to_bytes()
    with pytest.raises(FrontierMalformed):
        Frontier.from_bytes(packed[cut])


def test_a_frontier_of_a_thousand_leaves_is_the_same_from_one_batch_and_one_by_one() -> None:
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(1000)]
    alone = Frontier()
    for leaf in leaves:
        alone = alone.append(leaf)
    assert alone == Frontier().extend(leaves)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_no_inclusion_proof_is_planned_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(OutsideTree) as outside:
        inclusion_plan(index, size)
    assert (outside.value.wanted, outside.value.size) == (index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 4), (5, 4), (-1, 4)])
def test_no_consistency_proof_is_planned_from_outside_the_tree(old: int, new: int) -> None:
    with pytest.raises(OutsideTree):
        consistency_plan(old, new)


def test_a_proof_over_a_tree_of_two_to_the_sixty_is_planned_over_few_nodes() -> None:
    size = 2**60 + 12345
    assert len(inclusion_plan(777, size).nodes) <= 60 + 60
    assert len(consistency_plan(2**59 + 1, size).nodes) <= 61 + 60


def test_no_leaf_beyond_the_last_is_proved() -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(4)]
    with pytest.raises(ProofRefused):
        verify_inclusion([], 1, 1, leaves[0], leaves[0])


def test_a_proof_is_made_of_exactly_the_nodes_that_were_planned() -> None:
    plan = inclusion_plan(2, 5)
    for wrong in (len(plan.nodes) - 1, len(plan.nodes) + 1):
        with pytest.raises(ValueError, match="argument 2"):
            plan.proof([bytes(32)] * wrong)
