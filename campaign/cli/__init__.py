"""The commands of `flask …`, a file for each subject."""

from flask import Flask

from campaign.cli.evidence import evidence
from campaign.cli.legal import instruments, petitions
from campaign.cli.organisers import organisers
from campaign.cli.placements import placement
from campaign.cli.retention import retention
from campaign.cli.returned import bounces
from campaign.cli.running import content, run_worker
from campaign.cli.voices import voices
from campaign.petitions.commands import bursts, domains, invalidation


def register_commands(app: Flask) -> None:
    """Add our commands to the `flask` command."""
    for command in (
        run_worker,
        content,
        instruments,
        petitions,
        evidence,
        organisers,
        retention,
        placement,
        voices,
        invalidation,
        domains,
        bursts,
        bounces,
    ):
        app.cli.add_command(command)
