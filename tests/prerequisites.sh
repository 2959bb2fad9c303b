#!/usr/bin/env bash
# What the tests need beside Python: PostgreSQL's own programs, Chromium, and fonts with Arabic in them.
# Installs what is missing where that needs no password; otherwise says exactly what to install.
set -u

missing=()
find_postgresql() { ls "${PG_BIN:-/none}/initdb" 2>/dev/null || command -v initdb || ls /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb 2>/dev/null | head -1; }
find_chromium() { [ -n "${CHROMIUM:-}" ] && echo "$CHROMIUM" || command -v chromium || command -v chromium-browser || command -v google-chrome; }
find_fonts() { command -v fc-list >/dev/null && fc-list :lang=ar family 2>/dev/null | grep -m1 .; }

look() {
  missing=()
  [ -n "$(find_postgresql)" ] || missing+=(postgresql)
  [ -n "$(find_chromium)" ] || missing+=(chromium)
  [ -n "$(find_fonts)" ] || missing+=(fontconfig fonts-dejavu fonts-noto-core)
}

look
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=(env DEBIAN_FRONTEND=noninteractive)
elif sudo -n true 2>/dev/null; then as_root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
else as_root=()
fi

if [ ${#as_root[@]} -gt 0 ] && command -v apt-get >/dev/null; then
  echo "The tests also need: ${missing[*]}. Installing."
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
  fi
  rm -f "$log"
  look
fi

if [ ${#missing[@]} -gt 0 ]; then
  cat >&2 <<MESSAGE
The tests cannot start: this machine lacks ${missing[*]}.
  Debian, Ubuntu:  sudo apt-get install ${missing[*]}
  elsewhere:       install PostgreSQL 13 or newer (its server programs, no running server is needed), Chromium, and a font with Arabic letters;
                   CHROMIUM=/path/to/chromium and PG_BIN=/path/to/postgresql/bin name them when they are not on the PATH.
MESSAGE
  exit 1
fi
