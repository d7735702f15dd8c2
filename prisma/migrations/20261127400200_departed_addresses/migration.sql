-- Watches of teams that still wrote to somebody who had left: from now on to the first owner, and by links of new secrets.
UPDATE account_watch watch
SET email = heir.address, mailbox = heir.address,
    stop_token = replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
FROM (
  SELECT DISTINCT ON (member.team_id) member.team_id, email.address
  FROM account_member member JOIN account_email email USING (user_id)
  WHERE member.role = 'owner' ORDER BY member.team_id, member.since, email.confirmed_at
) heir
WHERE heir.team_id = watch.team_id AND watch.state = 'confirmed'
  AND EXISTS (SELECT 1 FROM account_departed departed
              WHERE departed.team_id = watch.team_id AND departed.address = watch.email)
  AND NOT EXISTS (SELECT 1 FROM account_member member JOIN account_email own USING (user_id)
                  WHERE member.team_id = watch.team_id AND own.address = watch.email);
