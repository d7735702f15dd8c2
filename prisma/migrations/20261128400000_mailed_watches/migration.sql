-- When a mail asked for a yes. The limit on such mails counted watches that were made signed in, which ask nobody.
ALTER TABLE account_watch ADD COLUMN mailed_at timestamptz(3);
-- Only those that ask are given a day to be answered.
UPDATE account_watch SET mailed_at = created_at WHERE expires_at = created_at + interval '24 hours';
DROP INDEX account_watch_mailbox_created_at_idx;
CREATE INDEX account_watch_mailbox_mailed_at_idx ON account_watch (mailbox, mailed_at);
