-- What the bare views read: the same public values, laid out for one statement a page.
-- Counts under one filter are kept ready, and rows of each value lie in the order of names.
CREATE SCHEMA bench;
CREATE TABLE bench.made (signature text NOT NULL);
CREATE TABLE bench.loaded (kind text, source bigint, id bigint, PRIMARY KEY (kind, source));

CREATE TABLE bench.members AS
SELECT organisation_id AS id, row_number() OVER (ORDER BY sort_key, organisation_id)::int AS place,
    slug, name, language, category, country, coalesce(summary, '') AS summary, joined_on,
    to_char(joined_on, 'FMDD FMMonth YYYY') AS since, sector_ids, periods,
    periods @> CURRENT_DATE AS is_now
FROM listings;
ALTER TABLE bench.members ADD PRIMARY KEY (id);
CREATE INDEX ON bench.members (joined_on DESC, place) WHERE is_now;
CREATE INDEX ON bench.members USING gist (periods);

CREATE TABLE bench.terms AS
WITH RECURSIVE sector_above (id, above) AS (
    SELECT id, id FROM sectors
    UNION ALL SELECT s.id, parent.parent_id FROM sector_above s
    JOIN sectors parent ON parent.id = s.above WHERE parent.parent_id IS NOT NULL
), region_above (code, above) AS (
    SELECT code, code FROM regions
    UNION ALL SELECT r.code, parent.parent_code FROM region_above r
    JOIN regions parent ON parent.code = r.above WHERE parent.parent_code IS NOT NULL
)
SELECT '' AS facet, '' AS value, place, id, is_now FROM bench.members
UNION ALL SELECT 'category', category, place, id, is_now FROM bench.members
UNION ALL SELECT 'country', country, place, id, is_now FROM bench.members WHERE country IS NOT NULL
UNION ALL SELECT 'region', region.slug, m.place, m.id, is_now FROM bench.members m
    JOIN countries c ON c.code = m.country JOIN region_above a ON a.code = c.region_code
    JOIN regions region ON region.code = a.above AND region.parent_code IS NULL
UNION ALL SELECT DISTINCT 'sector', sector.slug, m.place, m.id, is_now FROM bench.members m
    CROSS JOIN unnest(m.sector_ids) AS own JOIN sector_above a ON a.id = own
    JOIN sectors sector ON sector.id = a.above;
CREATE UNIQUE INDEX ON bench.terms (facet, value, place) INCLUDE (id) WHERE is_now;
CREATE INDEX ON bench.terms (id) INCLUDE (facet, value);

-- One row for each single filter: how many, and the counts of every facet beside it as JSON.
CREATE TABLE bench.selections AS
WITH own AS (
    SELECT facet, value, count(*) AS n FROM bench.terms WHERE is_now GROUP BY 1, 2
), counted AS (
    SELECT chosen.facet, chosen.value, other.facet AS beside, other.value AS counted, count(*) AS n
    FROM bench.terms chosen JOIN bench.terms other USING (id)
    WHERE chosen.is_now AND other.facet <> '' AND other.facet <> chosen.facet
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT chosen.facet, chosen.value, own.facet, own.value, own.n
    FROM own AS chosen JOIN own USING (facet) WHERE facet <> ''
)
SELECT c.facet, c.value, own.n AS total,
    json_agg(json_build_array(beside, counted, c.n) ORDER BY beside, c.n DESC, counted) AS counts
FROM counted c JOIN own ON (own.facet, own.value) = (c.facet, c.value) GROUP BY 1, 2, 3;
ALTER TABLE bench.selections ADD PRIMARY KEY (facet, value);

CREATE TABLE bench.by_country AS
SELECT json_agg(json_build_array(country, total, counts) ORDER BY total DESC, country) AS countries
FROM (
    SELECT country, sum(n)::int AS total, json_object_agg(category, n) AS counts FROM (
        SELECT country, category, count(*) AS n FROM bench.members WHERE is_now GROUP BY 1, 2
    ) AS counted GROUP BY country
) AS lines;

-- Words of names in the order in which a search shows who has them.
CREATE TABLE bench.words AS
SELECT word COLLATE "C" AS word, min(kind)::int AS tier, place, m.id
FROM listing_words w JOIN bench.members m ON m.id = w.organisation_id AND m.is_now
GROUP BY word, place, m.id;
CREATE INDEX ON bench.words (word, tier, place, id);

CREATE TABLE bench.misspelt AS
WITH known AS (SELECT word, count(*)::int AS n FROM bench.words GROUP BY word)
SELECT DISTINCT v.variant COLLATE "C" AS variant, v.word COLLATE "C" AS word, known.n
FROM search_variants v JOIN known ON known.word = v.word;
CREATE INDEX ON bench.misspelt (variant) INCLUDE (word, n);

-- What the API sends, ready to be sent.
CREATE TABLE bench.documents AS
SELECT m.id, m.slug, l.document, left(l.document::text, -1)
    || ', "url": "http://127.0.0.1:8000/members/' || m.slug
    || '", "self": "http://127.0.0.1:8000/api/v1/organisations/' || m.id || '"}' AS wire
FROM bench.members m JOIN listings l ON l.organisation_id = m.id WHERE m.is_now;
ALTER TABLE bench.documents ADD PRIMARY KEY (id);
CREATE INDEX ON bench.documents (slug);
