#!/usr/bin/env bash
# Installs Chromium, in which tests/page try the page; those tests are skipped where there is none.
# Only where it needs nobody: as root, by Debian's or Ubuntu's apt-get. It never fails the run, and says what it does.
set -uo pipefail
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then
    echo "Chromium: $(command -v "$name") is there."
    exit 0
  fi
done
if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo 'Chromium: there is none, and only root can install it, by apt-get. The tests of the page are skipped.'
  exit 0
fi
echo 'Chromium: apt-get installs it ...'
export DEBIAN_FRONTEND=noninteractive
# With a limit each: the tests wait for it. Ubuntu's package is a snap, which may have no service to talk to.
install=(timeout 180 apt-get install -qq -y --no-install-recommends chromium)
# The lists of a fresh container are empty.
if { "${install[@]}" || { timeout 60 apt-get update -qq && "${install[@]}"; }; } </dev/null >/dev/null 2>&1; then
  echo 'Chromium: installed.'
else
  echo 'Chromium: apt-get could not install it. The tests of the page are skipped.'
fi
exit 0
