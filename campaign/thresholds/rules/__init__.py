"""Rules of thresholds: what tallies mean under an instrument, and the sentence that says it."""

from campaign.thresholds.rules.evaluation import (
    ALL,
    PAPER,
    TOTAL,
    Evaluation,
    RuleNotInForceError,
    StratumResult,
    Tally,
    Verdict,
    crossings,
    evaluate,
    thresholds_reached,
)
from campaign.thresholds.rules.notice import last_day_to_submit
from campaign.thresholds.rules.sentence import Summary, summary

__all__ = [
    "ALL",
    "PAPER",
    "TOTAL",
    "Evaluation",
    "RuleNotInForceError",
    "StratumResult",
    "Summary",
    "Tally",
    "Verdict",
    "crossings",
    "evaluate",
    "last_day_to_submit",
    "summary",
    "thresholds_reached",
]
