-- Not only what a log served and had not signed is kept as a document, but also statements that contradict each other.
ALTER TABLE monitor_incident RENAME COLUMN served TO evidence;
