-- What the bare views of the workspace read: rows ready to be shown in the order of their names,
-- and which record has which value. bench.desk_keys holds the keys by which names are ordered.
CREATE TABLE bench.desk AS
SELECT o.id, row_number() OVER (ORDER BY k.key, o.id)::int AS place, o.category, o.country,
    l.status, reached.contact, json_build_array(
        o.id, o.name, coalesce(o.language, ''), o.category, o.country,
        coalesce((SELECT json_agg(s.sector_id ORDER BY 1) FROM organisation_sectors s
            WHERE s.organisation_id = o.id), '[]'),
        l.status, coalesce(to_char(l.joined_on, 'FMDD Mon YYYY'), ''),
        coalesce(reached.name, ''), to_char(h.at, 'FMDD Mon YYYY, HH24:MI'), left(o.name, 1)
    ) AS row
FROM organisations o JOIN bench.desk_keys k ON k.kind = 'organisation' AND k.id = o.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN bool_or(m.joined_on <= CURRENT_DATE AND (m.ended_on IS NULL
            OR m.ended_on > CURRENT_DATE)) THEN 'member'
        WHEN bool_or(m.joined_on > CURRENT_DATE) THEN 'later'
        WHEN count(*) > 0 THEN 'former' ELSE 'never' END AS status, min(m.joined_on) AS joined_on
    FROM memberships m WHERE m.organisation_id = o.id
) AS l
LEFT JOIN LATERAL (
    SELECT c.name, CASE WHEN EXISTS (SELECT FROM contact_addresses e WHERE e.contact_id = c.id
        AND e.state <> 'bouncing') THEN 'reachable' ELSE 'unreachable' END AS contact
    FROM affiliations a JOIN contacts c ON c.id = a.contact_id
    WHERE a.organisation_id = o.id AND a.role = 'primary_contact' ORDER BY 2, a.id LIMIT 1
) AS reached ON true
LEFT JOIN LATERAL (
    SELECT at FROM history_entries h WHERE h.subject_kind = 'organisation' AND h.subject_id = o.id
    ORDER BY h.id DESC LIMIT 1
) AS h ON true;
ALTER TABLE bench.desk ADD PRIMARY KEY (id);

CREATE TABLE bench.desk_terms AS
WITH RECURSIVE sector_above (id, above) AS (
    SELECT id, id FROM sectors
    UNION ALL SELECT s.id, parent.parent_id FROM sector_above s
    JOIN sectors parent ON parent.id = s.above WHERE parent.parent_id IS NOT NULL
), region_above (code, above) AS (
    SELECT code, code FROM regions
    UNION ALL SELECT r.code, parent.parent_code FROM region_above r
    JOIN regions parent ON parent.code = r.above WHERE parent.parent_code IS NOT NULL
)
SELECT 'category' AS facet, category AS value, place, id FROM bench.desk
UNION ALL SELECT 'status', status, place, id FROM bench.desk
UNION ALL SELECT 'contact', coalesce(contact, 'vacant'), place, id FROM bench.desk
UNION ALL SELECT 'country', country, place, id FROM bench.desk WHERE country IS NOT NULL
UNION ALL SELECT DISTINCT 'region', region.slug, d.place, d.id FROM bench.desk d
    JOIN countries c ON c.code = d.country JOIN region_above a ON a.code = c.region_code
    JOIN regions region ON region.code = a.above
UNION ALL SELECT DISTINCT 'sector', sector.slug, d.place, d.id FROM bench.desk d
    JOIN organisation_sectors own ON own.organisation_id = d.id
    JOIN sector_above a ON a.id = own.sector_id JOIN sectors sector ON sector.id = a.above;
CREATE UNIQUE INDEX ON bench.desk_terms (facet, value, place) INCLUDE (id);
CREATE INDEX ON bench.desk_terms (id) INCLUDE (facet, value);

CREATE TABLE bench.people AS
SELECT c.id, row_number() OVER (ORDER BY k.key, c.id)::int AS place, c.language, e.state,
    json_build_array(
        c.id, c.name, coalesce(c.language, ''), works.name, works.role, e.email, e.state,
        left(c.name, 2)
    ) AS row
FROM contacts c JOIN bench.desk_keys k ON k.kind = 'contact' AND k.id = c.id
LEFT JOIN LATERAL (
    SELECT email, state FROM contact_addresses e WHERE e.contact_id = c.id ORDER BY position LIMIT 1
) AS e ON true
LEFT JOIN LATERAL (
    SELECT o.name, a.role FROM affiliations a JOIN organisations o ON o.id = a.organisation_id
    WHERE a.contact_id = c.id AND (a.ended_on IS NULL OR a.ended_on > CURRENT_DATE)
    ORDER BY a.started_on DESC NULLS LAST, a.id LIMIT 1
) AS works ON true;
ALTER TABLE bench.people ADD PRIMARY KEY (id);

CREATE TABLE bench.people_terms AS
WITH works AS (
    SELECT p.id, p.place, a.role, o.category, o.country FROM bench.people p
    JOIN affiliations a ON a.contact_id = p.id AND (a.ended_on IS NULL OR a.ended_on > CURRENT_DATE)
        AND (a.started_on IS NULL OR a.started_on <= CURRENT_DATE)
    JOIN organisations o ON o.id = a.organisation_id
)
SELECT DISTINCT 'role' AS facet, role AS value, place, id FROM works
UNION SELECT 'category', category, place, id FROM works
UNION SELECT 'country', country, place, id FROM works WHERE country IS NOT NULL
UNION ALL SELECT 'language', coalesce(language, 'none'), place, id FROM bench.people
UNION ALL SELECT 'address', coalesce(state, 'none'), place, id FROM bench.people;
CREATE UNIQUE INDEX ON bench.people_terms (facet, value, place) INCLUDE (id);
CREATE INDEX ON bench.people_terms (id) INCLUDE (facet, value);

-- Words by which the palette finds, in the order in which it shows who has them.
CREATE TABLE bench.desk_words AS
SELECT w.word COLLATE "C" AS word, min(w.kind)::int AS tier, d.place, d.id
FROM organisation_words w JOIN bench.desk d ON d.id = w.organisation_id GROUP BY 1, 3, 4;
CREATE INDEX ON bench.desk_words (word, tier, place, id);
CREATE TABLE bench.people_words AS
SELECT w.word COLLATE "C" AS word, min(w.kind)::int AS tier, p.place, p.id
FROM contact_words w JOIN bench.people p ON p.id = w.contact_id GROUP BY 1, 3, 4;
CREATE INDEX ON bench.people_words (word, tier, place, id);

-- What the private list of the API sends, ready to be sent.
CREATE TABLE bench.records AS
SELECT o.id, (jsonb_strip_nulls(
        to_jsonb(o) - '{created_at,updated_at,visibility,logo,delete_on,archived_on}'::text[]
    ) || jsonb_build_object(
        'version', left(md5(o.id::text), 20),
        'sectors', coalesce((SELECT jsonb_agg(s.slug) FROM organisation_sectors own
            JOIN sectors s ON s.id = own.sector_id WHERE own.organisation_id = o.id), '[]'),
        'memberships', coalesce((SELECT jsonb_agg(to_jsonb(m) - '{id,organisation_id}'::text[])
            FROM memberships m WHERE m.organisation_id = o.id), '[]')
    ))::text AS wire
FROM organisations o;
ALTER TABLE bench.records ADD PRIMARY KEY (id);
