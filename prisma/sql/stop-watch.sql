-- Stops what a stop token stands for, and every other request of that address for the same identity: a link in an old mail
-- must do what it says even when the person has asked again since. Gives what it stopped.
-- $1 stop token
UPDATE account_watch w
SET state = 'stopped', stopped_at = now()
FROM account_watch named
WHERE named.stop_token = $1
  AND w.email = named.email AND w.kind = named.kind AND w.value = named.value
  AND w.state IN ('pending', 'confirmed')
RETURNING w.id, w.team_id, w.confirmed_at IS NOT NULL AS was_on
