#!/bin/sh
# Collect the texts of pages, bring the catalogues up to date, compile them, and list what is missing.
set -eu
bin=${VENV:-.venv}/bin
place=alliance/web/translations
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/babel.cfg" <<'CFG'
[python: alliance/**.py]
[jinja2: templates/**.html]
[jinja2: templates/**.txt]
[jinja2: templates/**.xml]
CFG

"$bin/pybabel" --quiet extract --mapping-file "$work/babel.cfg" --keyword lazy_gettext \
    --sort-by-file --no-location --omit-header --output "$work/messages.pot" .
for language in ar; do
    [ -f "$place/$language/LC_MESSAGES/messages.po" ] ||
        "$bin/pybabel" --quiet init --input-file "$work/messages.pot" --output-dir "$place" \
            --locale "$language" && sed -i '1,20{/^#, fuzzy$/d}' "$place/$language/LC_MESSAGES/messages.po"
    "$bin/pybabel" --quiet update --input-file "$work/messages.pot" --output-dir "$place" \
        --locale "$language" --no-fuzzy-matching --ignore-obsolete --omit-header
done
"$bin/pybabel" compile --directory "$place" --statistics
