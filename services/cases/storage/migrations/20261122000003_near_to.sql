-- migrate:up
create index case_listing_principal on case_listing (council_id, principal_id);

-- Every subject that a signed-in person may be related to on any day, and a few more. A list asks is_related of these
-- only, and not of each subject of the council.
create function near_to(principal text) returns table (subject_id uuid)
language sql stable as $$
    with direct as (
        select i.subject_id from person p join involvement i on i.person_id = p.id where p.principal_id = principal
        union
        select l.subject_id from case_listing l where l.principal_id = principal
    ), near as (
        select d.subject_id from direct d
        union
        select m.member_id from direct d join subject_member m on m.group_id = d.subject_id
    )
    select n.subject_id from near n
    union
    select m.group_id from near n join subject_member m on m.member_id = n.subject_id
$$;

-- migrate:down
