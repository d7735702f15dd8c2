/** The same signatures as files and feeds, under the same narrowing. */
export function TakeAway({ path, query }: { path: string; query: string }) {
  const files = [
    ['signings.csv', 'CSV'],
    ['signings.json', 'JSON'],
    ['evidence.zip', 'Evidence, newest 25 (ZIP)'],
    ['feed.atom', 'Atom feed'],
    ['feed.json', 'JSON feed'],
  ] as const;
  return (
    <p className="small take-away">
      <span className="soft">Take away:</span>
      {files.map(([file, name]) => (
        <a key={file} href={`${path}/${file}${query}`} rel="nofollow">
          {name}
        </a>
      ))}
    </p>
  );
}
