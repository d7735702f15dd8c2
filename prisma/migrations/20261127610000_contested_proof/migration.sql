-- A certificate with another number under a proven name puts the proof in question and does not end it; made anew, the
-- proof says of that moment whose the name is.
ALTER TABLE account_ownership
  ADD COLUMN contested_at TIMESTAMPTZ(3),
  ADD COLUMN renewed_at TIMESTAMPTZ(3);
