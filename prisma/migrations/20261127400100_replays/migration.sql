-- Of a delivery that somebody asked for once more: which one it repeats.
ALTER TABLE alert_delivery ADD COLUMN replays uuid;
