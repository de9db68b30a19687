"""The rules of co-governance: events, refusals, states and decisions, in the standard library alone."""
