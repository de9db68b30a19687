"""Programs are killed under load: what was acknowledged is there, once, at its place; `python -m tests.crash`."""
