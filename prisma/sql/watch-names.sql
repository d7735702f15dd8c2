-- Names in the logs that begin like one of $1 (by the index of repositories and URIs) or, for addresses, end like $2.
-- $3 how many.
(SELECT DISTINCT name.value FROM unnest($1::text[]) AS asked (beginning)
 JOIN monitor_name name ON name.kind IN ('repository', 'uri')
   AND name.value ~>=~ asked.beginning
   AND name.value ~<~ (asked.beginning || U&'\+10FFFF')
   AND name.trust IN ('trusted', 'unknown', 'none')
 LIMIT $3::text::int)
UNION
(SELECT DISTINCT name.value FROM monitor_name name
 WHERE $2::text <> '' AND name.kind = 'email' AND right(name.value, length($2::text)) = $2::text
   AND name.trust IN ('trusted', 'unknown', 'none')
 LIMIT $3::text::int)
