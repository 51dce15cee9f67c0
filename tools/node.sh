#!/bin/sh
# Says in one line what is wrong when there is no Node.js new enough, or no npm.
set -eu

if ! node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; then
    echo "error: Rolodesk needs Node.js 20 or newer to build its front end; found: $(node --version 2>/dev/null || echo none)" >&2
    exit 1
fi
if ! command -v npm >/dev/null; then
    echo "error: Rolodesk needs npm to build its front end; it comes with Node.js, or on Debian: apt-get install npm" >&2
    exit 1
fi
