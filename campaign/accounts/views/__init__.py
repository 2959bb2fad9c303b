"""Signing in, invitations, and one's own account."""

from campaign.accounts.views import account, factors, invitations, links, passkeys, signing_in
from campaign.accounts.views.blueprint import bp

__all__ = ["account", "bp", "factors", "invitations", "links", "passkeys", "signing_in"]
