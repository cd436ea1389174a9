#!/bin/sh
# Pin the newest versions the ranges allow, with the hashes of all their files, for Python 3.11 to 3.14.
set -eu
bin=${VENV:-.venv}/bin
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT

"$bin/python" -m venv "$tool/uv"
"$tool/uv/bin/python" -m pip install --quiet uv

pin() { # INPUT OUTPUT [ARGUMENT...]
    input=$1 output=$2
    shift 2
    # No address of a package index is written: whoever installs has their own.
    "$tool/uv/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links \
        --custom-compile-command "make lock" "$@" "$input" --output-file "$output"
}

pin requirements.txt requirements.lock
pin requirements-dev.txt requirements-dev.lock --constraint requirements.lock
