"""How long a session lasts, where a form may lead, and what a device is called."""

import re
from datetime import datetime, timedelta

LONGEST = timedelta(days=7)
LONGEST_IDLE = timedelta(hours=8)
# Between the password and the second factor.
LONGEST_HALF = timedelta(minutes=15)
FRESH = timedelta(minutes=10)
# Last use is kept coarse: when somebody worked to the minute is nobody's business.
COARSE = timedelta(minutes=30)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
OWN_TARGET = re.compile(r"/workspace(?:/[\w\-./~%]*)?(?:\?[\w\-.=&%+]*)?")
HOME = "/workspace"


def device_name(agent: str) -> str:
    """Such as 'Firefox, Android': enough to know one's own phone again, too little to follow anybody."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def coarse(moment: datetime) -> datetime:
    """The half hour in which a moment lies."""
    return moment.replace(minute=30 if moment.minute >= 30 else 0, second=0, microsecond=0)


def is_good(
    *,
    created_at: datetime,
    last_used_at: datetime,
    expires_at: datetime,
    second_factor_at: datetime | None,
    needs_second_factor: bool,
    now: datetime,
) -> bool:
    """Whether a session may still be used: seven days at most, eight hours unused, and a quarter of
    an hour while its second factor is waited for."""
    if now >= expires_at or now - last_used_at >= LONGEST_IDLE + COARSE:
        return False
    is_half = needs_second_factor and second_factor_at is None
    return not is_half or now - created_at < LONGEST_HALF


def is_fresh(confirmed_at: datetime, *, now: datetime) -> bool:
    """Whether the person proved who they are within the last ten minutes."""
    return now - confirmed_at < FRESH


def own_target(target: str) -> str:
    """The page of the workspace to go on to: never another site's, the home page when in doubt."""
    if OWN_TARGET.fullmatch(target) is None or "//" in target or ".." in target:
        return HOME
    return target
