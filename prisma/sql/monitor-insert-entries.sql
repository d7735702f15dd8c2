-- One row per verified entry. $1 log, $2 when seen; then one array for each column, bytes in hexadecimal.
INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, trust, digest_algorithm, digest, certificate_key, issuer,
                           not_before, not_after, serial, source, claims, seen_at)
SELECT $1, entry_index::bigint, decode(leaf_hash, 'hex'), kind, trust, digest_algorithm, decode(digest, 'hex'),
       decode(certificate_key, 'hex'), issuer, not_before::timestamptz, not_after::timestamptz, serial, source,
       claims::jsonb, $2::text::timestamptz
FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
            $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
  AS entry (entry_index, leaf_hash, kind, trust, digest_algorithm, digest, certificate_key, issuer,
            not_before, not_after, serial, source, claims)
