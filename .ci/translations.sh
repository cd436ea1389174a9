#!/bin/sh
# Collect the texts of pages, bring the catalogues up to date and compile them. The figures at the
# end say what is left to translate; tests/web/test_translations.py says which.
set -eu
bin=${VENV:-.venv}/bin
place=alliance/web/translations
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$bin/pybabel" --quiet extract --mapping-file pyproject.toml --keyword lazy_gettext \
    --sort-by-file --add-location file --output "$work/messages.pot" .
for catalogue in "$place"/*/LC_MESSAGES/messages.po; do
    language=${catalogue#"$place"/}
    "$bin/pybabel" --quiet update --input-file "$work/messages.pot" --output-dir "$place" \
        --locale "${language%%/*}" --width 100 --no-fuzzy-matching --ignore-obsolete \
        --ignore-pot-creation-date
    # Lines of the header that say nothing, or another thing each time.
    sed -E '/^"(Report-Msgid-Bugs-To|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):/d' \
        "$catalogue" >"$work/messages.po"
    cp "$work/messages.po" "$catalogue"
done
"$bin/pybabel" compile --directory "$place" --statistics
