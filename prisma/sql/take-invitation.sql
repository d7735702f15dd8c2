-- Takes an invitation, once, and only by a person who confirmed the very address it was sent to.
-- $1 SHA-256 of the token · $2 person
UPDATE account_invitation invitation
SET ended_at = now()
WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > now()
  AND EXISTS (SELECT 1 FROM account_email email WHERE email.user_id = $2 AND email.address = invitation.address)
RETURNING id, team_id, role
