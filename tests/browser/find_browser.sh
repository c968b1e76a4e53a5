#!/bin/sh
# The browser tests drive a Chromium that is already here; this finds one, or installs Debian's where it may.
# Without one the tests are skipped with that reason; under CI=true that is a failure.
for name in "${QA_BOT_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        echo "Browser: $(command -v "$name")"
        exit 0
    fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "No browser found; installing Debian's chromium."
    if apt-get update -q >/dev/null && apt-get install -yq chromium >/dev/null; then
        echo "Browser: $(command -v chromium)"
        exit 0
    fi
fi
echo "No Chromium could be had, so the browser tests will be skipped." >&2
echo "Install one ('apt-get install chromium') or name one in QA_BOT_BROWSER." >&2
[ "${CI:-}" != true ]
