-- An answer to an alert that no mail told of is heard: there was no mail for a program to press in.
CREATE OR REPLACE VIEW account_heard_answer AS
SELECT said.id, said.alert_id, said.answer
FROM account_answer said JOIN alert_alert alert ON alert.id = said.alert_id
WHERE said.undone_at IS NULL AND said.answer <> 'reopened'
  AND (said.via = 'mail' AND said.answer = 'mine' AND alert.verdict IN ('unexpected', 'contradiction')
    AND said.at < alert.told_at + interval '60 seconds') IS NOT TRUE;
