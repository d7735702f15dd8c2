-- Takes back what a stop link did within the last day, for its reader: the watch that it stopped is on again, unless another
-- of the same stands. What its team stopped, signed in, stays stopped. $1 stop token
UPDATE account_watch SET state = 'confirmed', stopped_at = NULL
WHERE id = (
  SELECT was.id
  FROM account_watch named
  JOIN account_watch was ON was.email = named.email AND was.kind = named.kind AND was.value = named.value
  WHERE named.stop_token = $1 AND was.state = 'stopped' AND was.confirmed_at IS NOT NULL
    AND was.stopped_at > now() - interval '24 hours'
    AND NOT EXISTS (
      SELECT 1 FROM account_watch other
      WHERE other.email = was.email AND other.kind = was.kind AND other.value = was.value
        AND (other.state = 'confirmed' OR other.stopped_at > was.stopped_at))
    AND NOT EXISTS (
      SELECT 1 FROM account_audit act
      WHERE act.subject_id = was.id::text AND act.act = 'watch.stopped' AND act.actor_kind <> 'mail'
        AND act.at >= was.stopped_at)
  ORDER BY was.confirmed_at DESC LIMIT 1)
RETURNING id, team_id
