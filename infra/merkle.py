"""Merkle trees as RFC 6962 §2.1 defines them: hashing, a growing edge, and proofs.

A node is a complete subtree: node (level, n) covers the leaves from n·2^level up to (n+1)·2^level. Nothing is
read here: a proof is planned over nodes, so that whoever stores the hashes fetches them in one call.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import NamedTuple

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()  # RFC 6962 §2.1: MTH({}) = SHA-256()


class ProofRefused(Exception):
    """The proof does not lead to the root of this tree.
    该证明推导不出这棵树的根哈希。"""


class OutsideTree(Exception):
    """The tree of this size has no such leaf or earlier size.
    该大小的树中没有这一叶或这一更早的大小。"""

    def __init__(self, wanted: int, size: int) -> None:
        super().__init__(f"{wanted} / {size}")
        self.wanted, self.size = wanted, size


class FrontierMalformed(Exception):
    """These bytes are no frontier of a tree.
    这些字节不是一棵树的边界。"""


class Node(NamedTuple):
    level: int
    number: int


HashReader = Callable[[Sequence[Node]], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()  # RFC 6962 §2.1: MTH({d(0)}) = SHA-256(0x00 || d(0))


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()  # RFC 6962 §2.1: SHA-256(0x01 || left || right)


def tree_hash(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes: MTH(D[n]) of RFC 6962 §2.1."""
    return Frontier().extend(leaves).root()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that appending needs to know of the leaves before.

    There is one peak (the hash of a complete subtree) for each bit set in the size, the largest first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaf hashes; each level is hashed in one sweep."""
        rising, peaks, fresh = list(leaves), list(self.peaks), list[bytes]()
        size, carry = self.size + len(rising), self.size
        while rising:
            if carry & 1:  # the old tree left half a pair on this level
                rising.insert(0, peaks.pop())
            if len(rising) & 1:
                fresh.append(rising.pop())
            pairs = iter(rising)
            rising = list(map(node_hash, pairs, pairs))
            carry >>= 1
        return Frontier(size, (*peaks, *reversed(fresh)))

    def root(self) -> bytes:
        return _bag(self.peaks) if self.peaks else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, packed: bytes) -> "Frontier":
        size, hashes = int.from_bytes(packed[:8], "big"), packed[8:]
        if len(packed) != 8 + HASH_SIZE * size.bit_count():
            raise FrontierMalformed
        return cls(size, tuple(hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)))


@dataclass(frozen=True, slots=True)
class ProofPlan:
    """Which nodes to read for a proof, and the proof when they were read."""

    parts: tuple[tuple[Node, ...], ...]  # a hash of the proof is bagged from the nodes of one part

    @property
    def nodes(self) -> list[Node]:
        return [node for part in self.parts for node in part]

    def proof(self, hashes: Sequence[bytes]) -> list[bytes]:
        found = dict(zip(self.nodes, hashes, strict=True))
        return [_bag([found[node] for node in part]) for part in self.parts]


def inclusion_plan(index: int, size: int) -> ProofPlan:
    if not 0 <= index < size:
        raise OutsideTree(index, size)
    return ProofPlan(tuple(_nodes(*part) for part in _path(index, 0, size)))


def consistency_plan(old: int, new: int) -> ProofPlan:
    if not 0 < old <= new:
        raise OutsideTree(old, new)
    return ProofPlan(tuple(_nodes(*part) for part in _subproof(old, 0, new, known=True)))


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """The audit path of a leaf, from the leaf up; at most ⌈log₂ size⌉ hashes, read in one call."""
    plan = inclusion_plan(index, size)
    return plan.proof(read(plan.nodes))


def consistency_proof(old: int, new: int, read: HashReader) -> list[bytes]:
    """What shows that the tree of the new size begins with that of the old; at most ⌈log₂ new⌉ + 1 hashes."""
    plan = consistency_plan(old, new)
    return plan.proof(read(plan.nodes))


def verify_inclusion(proof: Sequence[bytes], index: int, size: int, root: bytes, leaf: bytes) -> None:
    """Raise ProofRefused unless the leaf hash stands at this index of the tree (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofRefused
    turn = (index ^ (size - 1)).bit_length()  # above this level the path runs along the right edge
    _expect_hashes([leaf, *proof], 1 + turn + (index >> turn).bit_count())
    if _along_edge(_climb(leaf, proof[:turn], index), proof[turn:]) != root:
        raise ProofRefused


def verify_consistency(proof: Sequence[bytes], old: int, new: int, old_root: bytes, new_root: bytes) -> None:
    """Raise ProofRefused unless the new tree begins with the old one (RFC 9162 §2.1.4.2).

    The empty tree begins every tree: a proof from it says nothing and is refused.
    """
    if not 0 < old <= new or (old == new and old_root != new_root):
        raise ProofRefused
    if old == new:
        _expect_hashes(proof, 0)
        return
    low = (old & -old).bit_length() - 1  # the old tree's smallest peak, where the proof starts
    index = (old - 1) >> low
    turn = (index ^ ((new - 1) >> low)).bit_length()
    # RFC 6962 §2.1.2: the proof leaves out the old tree when that is one node, for its root is known.
    path = [old_root, *proof] if old == 1 << low else proof
    _expect_hashes(path, 1 + turn + (index >> turn).bit_count())
    start, inner, edge = path[0], path[1 : 1 + turn], path[1 + turn :]
    lefts = [sibling for level, sibling in enumerate(inner) if index >> level & 1]  # the others are newer
    if _along_edge(_along_edge(start, lefts), edge) != old_root:
        raise ProofRefused
    if _along_edge(_climb(start, inner, index), edge) != new_root:
        raise ProofRefused


def _split(width: int) -> int:
    return 1 << (width - 1).bit_length() - 1  # RFC 6962 §2.1: k, the largest power of two smaller than n


def _path(index: int, start: int, end: int) -> list[tuple[int, int]]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1, as ranges of leaves."""
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _subproof(old: int, start: int, end: int, *, known: bool) -> list[tuple[int, int]]:
    """SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2, as ranges of leaves; known is its b."""
    if old == end:
        return [] if known else [(start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, known=known), (middle, end)]
    return [*_subproof(old, middle, end, known=False), (start, middle)]


def _nodes(start: int, end: int) -> tuple[Node, ...]:
    """The complete subtrees that a range of the tree consists of, the largest first."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def _bag(peaks: Sequence[bytes]) -> bytes:
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def _climb(hash_: bytes, siblings: Iterable[bytes], index: int) -> bytes:
    for level, sibling in enumerate(siblings):
        hash_ = node_hash(sibling, hash_) if index >> level & 1 else node_hash(hash_, sibling)
    return hash_


def _along_edge(hash_: bytes, lefts: Iterable[bytes]) -> bytes:
    return reduce(lambda right, left: node_hash(left, right), lefts, hash_)


def _expect_hashes(proof: Sequence[bytes], count: int) -> None:
    # A hash of another length could move the border between left and right under the same node hash.
    if len(proof) != count or any(len(part) != HASH_SIZE for part in proof):
        raise ProofRefused
