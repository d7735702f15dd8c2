-- How watches want to be told, and whether their owner has said what is expected: of one file says too little. $1 watches.
SELECT watch.id, watch.notable, watch.digest, watch.quiet_from, watch.quiet_until, watch.quiet_zone,
       EXISTS (
         SELECT 1 FROM account_rule rule
         WHERE rule.watch_id = watch.id AND rule.ended_at IS NULL AND rule.expires_at > now()
           AND NOT jsonb_exists(rule.rule, 'digest')) AS has_rules
FROM account_watch watch
WHERE watch.id = ANY($1::text[]::uuid[])
