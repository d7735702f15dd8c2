-- One name, proven under different numbers: each who proved it freezes for itself, and spares the numbers of the others.

ALTER TABLE ca_freeze
  ADD COLUMN holder text NOT NULL DEFAULT '',
  ADD COLUMN spared text[] NOT NULL DEFAULT '{}';
ALTER TABLE ca_freeze DROP CONSTRAINT ca_freeze_pkey, ADD PRIMARY KEY (kind, value, holder);

ALTER TABLE account_freeze
  ADD COLUMN holder text NOT NULL DEFAULT '',
  ADD COLUMN spared text[] NOT NULL DEFAULT '{}';
DROP INDEX account_freeze_standing;
CREATE UNIQUE INDEX account_freeze_standing ON account_freeze (kind, value, holder) WHERE lifted_at IS NULL;

-- Numbers of others that its team was told of.
ALTER TABLE account_ownership ADD COLUMN rivals text[] NOT NULL DEFAULT '{}';
