#!/bin/sh
# All that reads the code without running it. Goes through to the end, then fails if anything failed.
set -u
bin=${VENV:-.venv}/bin
failed=

check() { # NAME COMMAND...
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed $name"
}

check style "$bin/ruff" check .
check format "$bin/ruff" format --check .
check types "$bin/mypy"
check floors "$bin/lint-imports" --config .importlinter --no-cache
check templates "$bin/djlint" templates --lint --quiet

[ -z "$failed" ] && printf '\nAll is well.\n' && exit 0
printf '\nFailed:%s\n' "$failed" >&2
exit 1
