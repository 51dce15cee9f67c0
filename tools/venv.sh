#!/bin/sh
# Makes .venv with the first Python on PATH that is new enough; keeps one that still works.
set -eu

venv=${1:-.venv}

if "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exit 0
fi

for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "error: $python has no venv module; on Debian or Ubuntu: apt-get install python3-venv" >&2
            exit 1
        fi
        exec "$python" -m venv --clear "$venv"
    fi
done

echo "error: Rolodesk needs Python 3.11 or newer; none found on PATH (or name one: make PYTHON=/path/to/python3)" >&2
exit 1
