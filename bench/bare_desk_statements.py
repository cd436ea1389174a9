"""The one statement of each bare view of the workspace."""


def _list(rows: str, terms: str, filters: int) -> str:
    """A page of a list, how many there are, and how they divide, under so many filters."""
    joins = "\n        ".join(
        f"JOIN {terms} AS t{at} ON t{at}.place = t0.place"
        f" AND t{at}.facet = %(facet{at})s AND t{at}.value = %(value{at})s"
        for at in range(1, filters)
    )
    return f"""
    WITH hit AS MATERIALIZED (
        SELECT t0.id, t0.place FROM {terms} AS t0
        {joins}
        WHERE t0.facet = %(facet0)s AND t0.value = %(value0)s
    )
    SELECT (SELECT count(*) FROM hit), (
        SELECT json_agg(json_build_array(facet, value, n) ORDER BY facet, n DESC) FROM (
            SELECT facet, value, count(*) AS n FROM hit JOIN {terms} USING (id)
            GROUP BY facet, value
        ) AS counted
    ), (
        SELECT json_agg(r.row ORDER BY first.place) FROM (
            SELECT id, place FROM hit ORDER BY place LIMIT 50
        ) AS first JOIN {rows} AS r USING (id)
    )
    """


ORGANISATIONS = _list("bench.desk", "bench.desk_terms", 3)
PEOPLE = _list("bench.people", "bench.people_terms", 2)

FIRST_ORGANISATIONS = """
SELECT NULL, NULL, json_agg(r.row ORDER BY first.place) FROM (
    SELECT t0.id, t0.place FROM bench.desk_terms AS t0
    JOIN bench.desk_terms AS t1
        ON t1.place = t0.place AND t1.facet = %(facet1)s AND t1.value = %(value1)s
    JOIN bench.desk_terms AS t2
        ON t2.place = t0.place AND t2.facet = %(facet2)s AND t2.value = %(value2)s
    WHERE t0.facet = %(facet0)s AND t0.value = %(value0)s ORDER BY t0.place LIMIT 50
) AS first JOIN bench.desk AS r USING (id)
"""

# Nothing is kept ready of a record that is being worked on.
RECORD = """
SELECT to_json(o),
    (SELECT json_agg(s.sector_id) FROM organisation_sectors s WHERE s.organisation_id = o.id),
    (SELECT json_agg(to_char(m.joined_on, 'FMDD Mon YYYY') ORDER BY m.joined_on)
        FROM memberships m WHERE m.organisation_id = o.id),
    (SELECT json_agg(json_build_array(a.role, c.id, c.name, coalesce(c.language, ''),
            a.job_title, left(c.name, 1)) ORDER BY a.ended_on IS NOT NULL, c.name)
        FROM affiliations a JOIN contacts c ON c.id = a.contact_id WHERE a.organisation_id = o.id),
    (SELECT json_agg(json_build_array(h.id, h.at, to_char(h.at, 'FMDD Mon YYYY, HH24:MI'),
            h.actor_name, h.action, h.subject_kind, h.subject_name, h.reason) ORDER BY h.id DESC)
        FROM (
            (SELECT * FROM history_entries
                WHERE subject_kind = 'organisation' AND subject_id = o.id
                ORDER BY id DESC LIMIT 30)
            UNION ALL
            SELECT e.* FROM affiliations a JOIN history_entries e
                ON e.subject_kind = 'affiliation' AND e.subject_id = a.id
            WHERE a.organisation_id = o.id
            ORDER BY id DESC LIMIT 30
        ) AS h)
FROM organisations o WHERE o.id = %(id)s
"""


def _begin(rows: str, words: str) -> str:
    return f"""
    SELECT json_agg(r.row ORDER BY tier, first.place) FROM (
        SELECT id, place, min(tier) AS tier FROM {words}
        WHERE word >= %(word)s COLLATE "C" AND word < %(word_end)s COLLATE "C"
        GROUP BY id, place ORDER BY 3, 2 LIMIT 6
    ) AS first JOIN {rows} AS r USING (id)
    """


PALETTE = f"""
SELECT ({_begin("bench.desk", "bench.desk_words")}), (
    {_begin("bench.people", "bench.people_words")})
"""

RECORDS = """
SELECT string_agg(wire, ',' ORDER BY id), max(id), count(*) FROM (
    SELECT id, wire FROM bench.records WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
) AS page
"""
