-- What is wrong with machines, since when, and who was told of it: operators, and those who are blind by it.
CREATE TABLE alert_trouble (
  key text PRIMARY KEY,
  words text NOT NULL,
  since timestamptz(3) NOT NULL DEFAULT now(),
  operators_told_at timestamptz(3),
  watchers_told_at timestamptz(3)
);
