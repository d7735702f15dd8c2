-- The date in a forged certificate is as its maker likes: such an alert happened when its entry was seen. What came before
-- this rule had the forger's date.
UPDATE alert_alert
SET happened_at = (facts ->> 'seenAt')::timestamptz
WHERE facts ->> 'trust' IN ('untrusted', 'unparsable')
  AND facts ->> 'seenAt' ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$';
