-- The answers that end a reminder and a second channel. Programs that check mail open its pages in whole browsers and press what
-- they find, within seconds: "this was me" by a mailed link within a minute of the mail is shown, and calls nothing off until
-- somebody says it again.
CREATE VIEW account_heard_answer AS
SELECT said.id, said.alert_id, said.answer
FROM account_answer said JOIN alert_alert alert ON alert.id = said.alert_id
WHERE said.undone_at IS NULL AND said.answer <> 'reopened'
  AND NOT (said.via = 'mail' AND said.answer = 'mine' AND alert.verdict IN ('unexpected', 'contradiction')
    AND said.at < alert.told_at + interval '60 seconds');
