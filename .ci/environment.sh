#!/bin/sh
# Make the virtual environment hold exactly what a lock file names; quick when it does already.
# Usage: VENV=.venv .ci/environment.sh requirements.lock
set -eu

lock=$1
venv=${VENV:-.venv}
python=$venv/bin/python
unset PYTHONPATH PYTHONHOME PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_PREFIX PIP_USER || true
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The place is part of the stamp: the programs in a virtual environment do not survive being moved.
stamp_of() { { cat "$1"; pwd; "$python" --version; } 2>/dev/null | cksum; }

is_current() { # LOCK
    [ -x "$python" ] && [ -f "$venv/.stamp-$(basename "$1")" ] &&
        [ "$(stamp_of "$1")" = "$(cat "$venv/.stamp-$(basename "$1")")" ]
}

is_current "$lock" && exit 0
# What development needs holds all that running needs.
if [ "$lock" = requirements.lock ] && is_current requirements-dev.lock; then exit 0; fi

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c '
import sys
raise SystemExit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    fail "No Python from 3.11 to 3.14 was found. Install one (apt-get install python3 python3-venv), or
name it: make run PYTHON=/path/to/python3.12"
}

make_venv() {
    found=$(find_python)
    say "Setting up $venv with $("$found" --version)."
    if "$found" -m venv --clear "$venv" >/dev/null 2>&1; then return; fi
    rm -rf "$venv"
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "This Python lacks its venv module; installing it."
        export DEBIAN_FRONTEND=noninteractive
        { apt-get install -qq -y "python$version-venv" ||
            { apt-get update -qq && apt-get install -qq -y "python$version-venv"; } ||
            apt-get install -qq -y python3-venv; } >/dev/null 2>&1 </dev/null || true
        if "$found" -m venv --clear "$venv" >/dev/null 2>&1; then return; fi
        rm -rf "$venv"
    fi
    # Debian ships pip and venv apart; a pip alone will do.
    if "$found" -m venv --clear --without-pip "$venv" >/dev/null 2>&1 &&
        "$found" -m pip --python "$python" install --quiet pip >/dev/null 2>&1; then return; fi
    rm -rf "$venv"
    fail "Python $version at $found cannot make a virtual environment: its venv module is missing.
Install it, then try again:  sudo apt-get install python$version-venv   (or python3-venv)"
}

if ! [ -x "$python" ] || ! "$python" -c '' 2>/dev/null ||
    { [ -f "$venv/.place" ] && [ "$(cat "$venv/.place")" != "$(pwd)" ]; } ||
    ! "$python" -m pip --version >/dev/null 2>&1; then
    make_venv
    pwd >"$venv/.place"
fi

say "Installing the packages of $lock (checked by their hashes; once, up to a minute)."
if ! "$python" -m pip install --quiet --require-hashes --only-binary :all: -r "$lock" </dev/null >&2; then
    fail "The packages could not be installed; pip says why above. Mend that (often the network, or a
missing wheel for this machine), then try again."
fi
stamp_of "$lock" >"$venv/.stamp-$(basename "$lock")"
