-- The rules of apps/pairing/progress.py for all pairs at once, into the temporary table `recounted`.
-- Parameters: year; low and high, the range of office paths whose members are counted.
CREATE TEMP TABLE recounted ON COMMIT DROP AS
WITH
bounds AS (
    SELECT make_date(%(year)s, 1, 1) AS first, make_date(%(year)s, 12, 31) AS last
),
period AS (
    SELECT per, i, first, (first + (months || ' months')::interval)::date - 1 AS last,
           i * months AS last_month
    FROM (SELECT per, i, months, make_date(%(year)s, (i - 1) * months + 1, 1) AS first
          FROM (VALUES ('year', 12), ('half', 6), ('quarter', 3)) kind (per, months),
               generate_series(1, 12 / months) i) started
),
-- Pairs alive in the year, of members who have a pair in the range. FOLLOWED and MEMBER_LEFT as in progress.py.
pair AS MATERIALIZED (
    SELECT p.id, p.member_id, p.cadre_id, p.office_id, p.office_path, p.started_on, p.ended_on, p.end_reason,
           least(
               CASE WHEN m.status IN ('withdrawn', 'moved', 'deceased') THEN m.status_since END,
               CASE WHEN m.contact_preference <> 'normal'
                    THEN coalesce(m.contact_preference_since, '0001-01-01') END,
               CASE WHEN p.end_reason IN ('member_asked', 'withdrawn', 'left') THEN p.ended_on END
           ) AS left_on,
           coalesce(lag(p.end_reason) OVER w, '') NOT IN ('hand_over', 'cadre_left') AS begins_chain,
           CASE WHEN p.end_reason IN ('hand_over', 'cadre_left') THEN lead(p.started_on) OVER w END AS next_started_on
    FROM pairing_pairing p
    JOIN members_member m ON m.id = p.member_id
    CROSS JOIN bounds b
    WHERE p.started_on <= b.last AND (p.ended_on IS NULL OR p.ended_on >= b.first)
      AND p.member_id IN (SELECT member_id FROM pairing_pairing
                          WHERE office_path >= %(low)s AND office_path < %(high)s)
    WINDOW w AS (PARTITION BY p.member_id ORDER BY p.started_on)
),
life AS MATERIALIZED (
    SELECT pair.*, sum(begins_chain::int) OVER (PARTITION BY member_id ORDER BY started_on) AS chain,
           -- Measured as if it went on where the member left: what was done stays due and done.
           CASE WHEN next_started_on IS NULL AND left_on <= ended_on THEN NULL ELSE ended_on END AS measured_to
    FROM pair
),
-- What the pair did, by month.
monthly AS MATERIALIZED (
    SELECT life.member_id, life.chain, life.id AS pairing_id, e.kind,
           extract(month FROM e.done_on)::int AS month, count(*)::int AS n, NULL::date AS last_on
    FROM pairing_dutyentry e CROSS JOIN bounds b JOIN life ON life.id = e.pairing_id
    WHERE e.done_on BETWEEN b.first AND b.last
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT life.member_id, life.chain, life.id, 'contacts',
           extract(month FROM v.happened_on)::int, count(*)::int, max(v.happened_on)
    FROM pairing_visit v
    CROSS JOIN bounds b
    JOIN pairing_met k ON k.visit_id = v.id
    JOIN life ON life.member_id = k.member_id AND life.cadre_id = v.cadre_id
         AND v.happened_on BETWEEN life.started_on AND coalesce(life.ended_on, 'infinity')
    WHERE v.voided_at IS NULL AND v.happened_on BETWEEN b.first AND b.last
    GROUP BY 1, 2, 3, 5
),
twelve AS (
    SELECT pairing_id, kind, {twelve} AS months, max(last_on) AS last_on
    FROM monthly GROUP BY 1, 2
),
figures AS (
    SELECT pairing_id,
           max(months) FILTER (WHERE kind = 'contacts') AS contacts,
           max(months) FILTER (WHERE kind = 'talk') AS talk,
           max(months) FILTER (WHERE kind = 'visit') AS visit,
           max(months) FILTER (WHERE kind = 'activity') AS activity,
           max(months) FILTER (WHERE kind = 'deed') AS deed,
           max(months) FILTER (WHERE kind = 'suggestion') AS suggestion,
           max(last_on) AS last_contact_on
    FROM twelve GROUP BY 1
),
-- A chain in a period: the pair that held the member last in it, and how many days the chain lived.
span AS MATERIALIZED (
    SELECT life.member_id, life.chain, period.per, period.i, period.last, period.last_month,
           max(life.id) FILTER (WHERE holds) AS holder,
           coalesce(bool_or(life.left_on <= period.last) FILTER (WHERE life.next_started_on IS NULL), false) AS has_left,
           sum(greatest(0, least(coalesce(life.measured_to, period.last), period.last)
                           - greatest(life.started_on, period.first) + 1)) AS days,
           max(period.last - period.first + 1) AS of_days
    FROM life
    CROSS JOIN period
    CROSS JOIN LATERAL (SELECT life.started_on <= period.last
                               AND (life.next_started_on IS NULL OR life.next_started_on > period.last) AS holds) x
    GROUP BY 1, 2, 3, 4, 5, 6
),
-- The duties of the nearest office with a plan that has any, each from its day until the next version's.
owed AS MATERIALIZED (
    SELECT o.office_path, d.kind, d.per, d.number, d.from_on,
           coalesce(lead(d.from_on) OVER (PARTITION BY o.office_path, d.kind ORDER BY d.from_on), 'infinity') AS until
    FROM (SELECT DISTINCT office_path FROM life) o
    CROSS JOIN LATERAL (
        SELECT plan.id
        FROM pairing_pairingplan plan JOIN offices_office above ON above.id = plan.office_id
        WHERE plan.year = %(year)s AND starts_with(o.office_path, above.path)
          AND EXISTS (SELECT FROM pairing_duty WHERE plan_id = plan.id)
        ORDER BY length(above.path) DESC LIMIT 1
    ) nearest
    JOIN pairing_duty d ON d.plan_id = nearest.id
),
-- What some plan asks for, and in which periods; other sums are not needed.
asked AS MATERIALIZED (
    SELECT DISTINCT kind, per, CASE per WHEN 'year' THEN 12 WHEN 'half' THEN 6 ELSE 3 END AS months FROM owed
    UNION SELECT 'contacts', 'quarter', 3
),
in_period AS MATERIALIZED (
    SELECT monthly.member_id, monthly.chain, monthly.kind, asked.per, (month - 1) / asked.months + 1 AS i, sum(n) AS n
    FROM monthly JOIN asked ON asked.kind = monthly.kind
    GROUP BY 1, 2, 3, 4, 5
),
standing AS (
    SELECT span.holder, span.last_month, owed.kind,
           CASE WHEN span.has_left THEN least(owed.number, coalesce(p.n, 0)) ELSE owed.number END AS due,
           least(owed.number, coalesce(p.n, 0)) AS done
    FROM span
    JOIN life ON life.id = span.holder
    JOIN owed ON owed.office_path = life.office_path AND owed.per = span.per AND owed.number > 0
         AND span.last >= owed.from_on AND span.last < owed.until
    LEFT JOIN in_period p ON p.member_id = span.member_id AND p.chain = span.chain AND p.kind = owed.kind
         AND p.per = span.per AND p.i = span.i
    WHERE 2 * span.days >= span.of_days
),
duties AS (
    SELECT holder, {quarter_ends:due} AS due, {quarter_ends:done} AS done,
           {kinds:due} AS kinds_due, {kinds:done} AS kinds_done
    FROM standing GROUP BY 1
),
quarter AS (
    SELECT span.holder, span.i, span.has_left, coalesce(p.n, 0) > 0 AS met
    FROM span
    LEFT JOIN in_period p ON p.member_id = span.member_id AND p.chain = span.chain AND p.kind = 'contacts'
         AND p.per = span.per AND p.i = span.i
    WHERE span.per = 'quarter' AND span.days >= 45 AND span.holder IS NOT NULL
),
quarters AS (
    SELECT holder, {four:met OR NOT has_left} AS due, {four:met} AS met FROM quarter GROUP BY 1
)
SELECT life.id AS pairing_id, life.office_id, life.office_path,
       coalesce(figures.contacts, zero.months) AS contacts,
       coalesce(figures.talk, zero.months) AS talk,
       coalesce(figures.visit, zero.months) AS visit,
       coalesce(figures.activity, zero.months) AS activity,
       coalesce(figures.deed, zero.months) AS deed,
       coalesce(figures.suggestion, zero.months) AS suggestion,
       coalesce(duties.due, zero.months) AS due,
       coalesce(duties.done, zero.months) AS done,
       coalesce(duties.kinds_due, zero.kinds) AS kinds_due,
       coalesce(duties.kinds_done, zero.kinds) AS kinds_done,
       coalesce(quarters.due, zero.quarters) AS quarters_due,
       coalesce(quarters.met, zero.quarters) AS quarters_met,
       figures.last_contact_on
FROM life
CROSS JOIN (SELECT array_fill(0::smallint, ARRAY[12]) AS months, array_fill(0::smallint, ARRAY[4]) AS quarters,
                   array_fill(0::smallint, ARRAY[20]) AS kinds) zero
LEFT JOIN figures ON figures.pairing_id = life.id
LEFT JOIN duties ON duties.holder = life.id
LEFT JOIN quarters ON quarters.holder = life.id
