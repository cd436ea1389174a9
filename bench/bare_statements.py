"""The one statement of each bare view."""

ROW = """json_build_array(m.slug, m.name, coalesce(m.language, ''), m.summary, m.since, m.category,
    m.country, m.sector_ids)"""

# A page of the directory under no filter or one: counts kept ready, rows by an index.
SELECTED = f"""
SELECT s.total, s.counts, (
    SELECT json_agg({ROW} ORDER BY t.place) FROM (
        SELECT id, place FROM bench.terms
        WHERE facet = %(facet)s AND value = %(value)s AND is_now ORDER BY place LIMIT 25
    ) AS t JOIN bench.members m ON m.id = t.id
) FROM bench.selections s WHERE s.facet = %(facet)s AND s.value = %(value)s
"""

_SHOWN = f"""
SELECT (SELECT count(*) FROM hit), (
    SELECT json_agg(json_build_array(facet, value, n) ORDER BY facet, n DESC) FROM (
        SELECT facet, value, count(*) AS n FROM hit JOIN bench.terms USING (id)
        WHERE facet <> '' GROUP BY facet, value
    ) AS counted
), (
    SELECT json_agg({ROW} ORDER BY tier, m.place) FROM (
        SELECT id, tier FROM hit ORDER BY tier, place LIMIT 25
    ) AS first JOIN bench.members m USING (id)
)
"""

# A search by the beginning of a word, with the counts of what was found.
BEGINNING = f"""
WITH hit AS MATERIALIZED (
    SELECT id, place, min(tier) AS tier FROM (
        SELECT id, place, tier FROM bench.words
        WHERE word >= %(word)s COLLATE "C" AND word < %(word_end)s COLLATE "C"
        UNION ALL
        SELECT id, place, 3 FROM unnest(%(facets)s::text[], %(values)s::text[]) AS t(facet, value)
        JOIN bench.terms USING (facet, value) WHERE is_now
        UNION ALL
        SELECT m.id, m.place, 4 FROM listings l JOIN bench.members m ON m.id = l.organisation_id
        WHERE l.description_words @@ %(prefix)s::tsquery AND m.is_now
    ) AS found GROUP BY id, place
) {_SHOWN}
"""

# The same search in names alone, without a total and without counts.
BEGINNING_ROWS = f"""
SELECT NULL, NULL, json_agg({ROW} ORDER BY m.place) FROM (
    SELECT DISTINCT place, id FROM bench.words
    WHERE word >= %(word)s COLLATE "C" AND word < %(word_end)s COLLATE "C" ORDER BY 1 LIMIT 25
) AS hit JOIN bench.members m USING (id)
"""

# A search with a typing error: who shares the two rarest words that are spelt alike.
MISSPELT = f"""
WITH near AS (
    SELECT DISTINCT typed.at, known.word, known.n
    FROM unnest(%(at)s::int[], %(keys)s::text[]) AS typed(at, key)
    JOIN bench.misspelt AS known ON known.variant = typed.key
), rarest AS (
    SELECT at, sum(n)::float AS n FROM near GROUP BY at ORDER BY 2 LIMIT 2
), hit AS MATERIALIZED (
    SELECT w.id, w.place, -sum(1 / rarest.n) AS tier
    FROM near JOIN rarest USING (at) JOIN bench.words w ON w.word = near.word
    GROUP BY w.id, w.place ORDER BY 3, w.place LIMIT 40
) SELECT (SELECT count(*) FROM hit), (
    SELECT json_agg(json_build_array(facet, value, n)) FROM (
        SELECT facet, value, count(*) AS n FROM hit JOIN bench.terms USING (id)
        WHERE facet <> '' GROUP BY facet, value
    ) AS counted
), (SELECT json_agg({ROW}) FROM hit JOIN bench.members m USING (id))
"""

# The directory as it stood on a day; nothing can be kept ready for every day.
DATED = f"""
WITH hit AS MATERIALIZED (
    SELECT id, place, 0 AS tier FROM bench.members WHERE periods @> %(day)s::date
) {_SHOWN}
"""

FIGURES = f"""
SELECT s.total, s.counts, c.countries, (
    SELECT json_agg({ROW}) FROM (
        SELECT * FROM bench.members WHERE is_now ORDER BY joined_on DESC, place LIMIT 6
    ) AS m
) FROM bench.selections s, bench.by_country c WHERE s.facet = '' AND s.value = ''
"""

DOCUMENT = "SELECT document FROM bench.documents WHERE slug = %(slug)s"

WIRE = """
SELECT string_agg(wire, ',' ORDER BY id), max(id), count(*) FROM (
    SELECT id, wire FROM bench.documents WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
) AS page
"""

EXPORT = """
COPY (
    SELECT m.id, m.slug, m.name, m.language, m.category, d.document ->> 'body_kind', m.country,
        d.document ->> 'city', d.document ->> 'website', d.document ->> 'description',
        array_to_string(m.sector_ids, '; '), m.joined_on, 'day', 'no',
        'http://127.0.0.1:8000/members/' || m.slug
    FROM bench.members m JOIN bench.documents d USING (id) WHERE is_now ORDER BY m.place
) TO STDOUT (FORMAT csv)
"""
