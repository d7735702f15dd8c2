-- What kind of key signed an entry, so that another kind is noticed. Null for entries from before, and for unknown kinds.
ALTER TABLE monitor_entry ADD COLUMN key_type text;
