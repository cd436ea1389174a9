"""The filters beside the directory, with how many each would leave."""

from collections.abc import Mapping, Sequence

from flask import current_app
from markupsafe import Markup

from alliance.core.text import sort_key
from alliance.directory.queries.directory import DirectoryPage
from alliance.web.languages import gettext
from alliance.web.public.context import Labels, once_a_version
from alliance.web.public.wording import number_text

SHOWN: Mapping[str, int] = {"category": 6, "region": 6, "country": 8, "sector": 8}


def facet_groups(page: DirectoryPage, labels: Labels, language: str) -> list[Markup]:
    """The groups as rendered by their component.

    Rendering hundreds of countries and sectors takes longer than all the rest of a page, and most
    visitors see the same counts, so each group is kept while the directory stands.
    """
    criteria = page.criteria
    kinds = {code: name for code, (name, _, _) in labels.categories.items()}
    groups = (
        ("category", kinds, criteria.categories),
        ("region", labels.regions, criteria.regions),
        ("country", labels.countries, criteria.countries),
        ("sector", labels.sectors, criteria.sectors),
    )
    return [
        once_a_version(
            page.state,
            f"facet-{name}",
            (language, frozenset(page.facets[name].items()), chosen),
            lambda name=name, words=words, chosen=chosen: _group(  # type: ignore[misc]
                name, words, page.facets[name], chosen, language
            ),
        )
        for name, words, chosen in groups
    ]


def _group(
    name: str,
    words: Mapping[str, str],
    counts: Mapping[str, int],
    chosen: Sequence[str],
    language: str,
) -> Markup:
    template = current_app.jinja_env.get_template("components/facets.html")
    titles = {
        "category": gettext("Kind"),
        "region": gettext("Region"),
        "country": gettext("Country"),
        "sector": gettext("Sector"),
    }
    options = [
        (value, words.get(value, value), number_text(counts.get(value, 0), language), is_chosen)
        for value in _in_order(name, words, counts, chosen)
        for is_chosen in (value in chosen,)
    ]
    group: Markup = template.module.facet_group(titles[name], name, options, SHOWN[name])  # type: ignore[attr-defined]
    return group


def _in_order(
    name: str, words: Mapping[str, str], counts: Mapping[str, int], chosen: Sequence[str]
) -> list[str]:
    """The chosen values first. Long lists go on with the most frequent and end by the alphabet."""
    others = [value for value in words if counts.get(value) and value not in chosen]
    if name in ("category", "region"):
        return [value for value in words if counts.get(value) or value in chosen]
    frequent = sorted(others, key=lambda value: -counts[value])
    frequent = frequent[: max(0, SHOWN[name] - len(chosen))]
    rest = sorted(set(others) - set(frequent), key=lambda value: (sort_key(words[value]), value))
    return [*chosen, *frequent, *rest]
