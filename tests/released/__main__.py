"""`python -m tests.released`: add the entries and shapes that this release brings."""

from tests.released import add_missing

add_missing()
