"""Several processes write one ledger while another follows it; `python -m tests.writers`."""
