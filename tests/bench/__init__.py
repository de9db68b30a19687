"""The benchmarks of the targets: ratios of contestants that took turns in one run on one machine."""
