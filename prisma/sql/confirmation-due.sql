-- When one more confirmation mail may go to an inbox: an hour after the last one that nobody answered, and three in any
-- twenty-four hours. Who answered the last one asked for it themselves, and need not wait an hour. `waiting`: when a mail to
-- this very address leaves that is put off already. $1 inbox, $2 address, $3 mails a day.
SELECT waiting, greatest(free_at, now()) AS due_at,
       free_at IS NULL OR free_at < now() + interval '23 hours' AS is_near
FROM (
  SELECT max(mailed_at) FILTER (WHERE email = $2 AND state = 'pending' AND mailed_at > now()) AS waiting,
         greatest(
           max(mailed_at) FILTER (WHERE confirmed_at IS NULL) + interval '1 hour',
           (array_agg(mailed_at ORDER BY mailed_at DESC))[$3::text::int] + interval '24 hours') AS free_at
  FROM account_watch WHERE mailbox = $1 AND mailed_at > now() - interval '24 hours'
) AS mails
