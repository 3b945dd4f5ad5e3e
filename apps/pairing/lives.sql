-- Every pair of these members that lived in the year, with what it owes and what it did in it: all that
-- apps/pairing/progress.py needs to count, in one statement. Prepared: $1 members, $2 the first and $3 the last day of the year.
SELECT p.id, p.member_id, p.cadre_id, p.office_id, p.office_path, p.started_on, p.ended_on, p.end_reason,
       -- The duties of the nearest office with a plan that has any.
       (SELECT json_agg(json_build_array(d.kind, d.number, d.per, d.from_on) ORDER BY d.id)
        FROM pairing_duty d
        WHERE d.plan_id = (
            SELECT plan.id
            FROM pairing_pairingplan plan JOIN offices_office above ON above.id = plan.office_id
            WHERE plan.year = extract(year FROM $2) AND starts_with(p.office_path, above.path)
              AND EXISTS (SELECT FROM pairing_duty WHERE plan_id = plan.id)
            ORDER BY length(above.path) DESC LIMIT 1)),
       (SELECT json_agg(json_build_array(e.kind, e.done_on))
        FROM pairing_dutyentry e
        WHERE e.pairing_id = p.id AND e.done_on BETWEEN $2 AND $3),
       -- The days on which the pair's own cadre met the member, while the pair lived. Always from the member's
       -- meetings, which are few: the planner would rather walk all visits of the cadre (OFFSET 0 forbids it).
       ARRAY(SELECT v.happened_on
             FROM pairing_met k
             CROSS JOIN LATERAL (SELECT * FROM pairing_visit WHERE id = k.visit_id OFFSET 0) v
             WHERE k.member_id = p.member_id AND v.cadre_id = p.cadre_id AND v.voided_at IS NULL
               AND v.happened_on BETWEEN $2 AND $3
               AND v.happened_on BETWEEN p.started_on AND coalesce(p.ended_on, 'infinity'))
FROM pairing_pairing p
WHERE p.member_id = ANY((SELECT $1)::bigint[])
  AND p.started_on <= $3 AND (p.ended_on IS NULL OR p.ended_on >= $2)
