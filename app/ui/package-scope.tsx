/** Where names of packages are seen at all, so that nobody takes silence for more than it is. */
export function PackageScope() {
  return (
    <p className="hint">
      Package names are seen only in Rekor v1 entries whose signed statement the log serves along (kind
      intoto, up to 128 KiB, its first 256 subjects). Rekor v2 and most newer entries hold no more than the
      digest of a statement. A package URL without its version takes in every version; whoever signs a
      statement chooses its names.
    </p>
  );
}
