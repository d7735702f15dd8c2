-- What a log served that is not in the tree it signed, with all that is needed to see that (lib/source/wrong-bytes.ts): JSON, as it is downloaded.
ALTER TABLE monitor_incident ADD COLUMN served text;
