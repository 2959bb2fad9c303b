"""Legal thresholds: dated rules kept as JSON with their sources, and what tallies mean under them. Pure: no tables, no clock."""
