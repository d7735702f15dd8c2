-- Why a person let a log be followed again.
ALTER TABLE monitor_incident ADD COLUMN resolution text;
