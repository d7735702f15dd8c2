/** A button that does one thing: a form of its own, sent to the page it stands on. */
export function Press({
  label,
  fields,
  quiet = true,
}: {
  label: string;
  fields: Readonly<Record<string, string>>;
  quiet?: boolean;
}) {
  return (
    <form method="post">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" className={quiet ? 'second' : undefined}>
        {label}
      </button>
    </form>
  );
}
