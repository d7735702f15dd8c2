/**
 * Every confirmed watch, compiled: names and fingerprints by hash, domains by their labels from the right, paths by
 * segment, patterns below the path they begin with. An entry asks a fixed number of questions for each of its names, so
 * it costs the same for ten watches and a million.
 */
import { pgpUserText } from '#lib/identity/normalise.ts';
import { continuesPath, issuerSubjectValue, loginOfToken, pathSegments } from '#lib/identity/watch-target.ts';
import { isWorkflowAt, workflowWatch } from '#lib/identity/workflow-watch.ts';
import { matchesText } from '#lib/verify/text-pattern.ts';
import { ByName } from './by-name.ts';
import { ByteScan } from './byte-scan.ts';
import { LookAlikes } from './look-alikes.ts';
import { PathTrie } from './path-trie.ts';
import type { Watch } from './watch.ts';

/** One name of an entry, and who vouched for it. */
export interface Named {
  readonly kind: string;
  readonly value: string;
  readonly issuer: string | undefined;
}

type Place =
  | { readonly by: 'name'; readonly key: string }
  | { readonly by: 'domain' | 'path' | 'pattern'; readonly segments: readonly string[] };

export class WatchIndex {
  private readonly watchesById = new Map<string, Watch>();
  private readonly names = new ByName<Watch>();
  private readonly domains = new PathTrie();
  private readonly paths = new PathTrie();
  private readonly patterns = new PathTrie();
  private readonly bytes = new ByteScan();
  /** By how their names look. */
  readonly lookAlikes = new LookAlikes();
  private readonly kinds = new Map<string, number>();

  constructor(watches: Iterable<Watch> = []) {
    for (const watch of watches) this.put(watch);
  }

  get size(): number {
    return this.watchesById.size;
  }

  /** Whether anybody watches names of this kind: what costs something is not asked for otherwise. */
  watches(kind: 'certificate' | 'digest' | 'key' | 'issuer-subject'): boolean {
    return (this.kinds.get(kind) ?? 0) > 0;
  }

  /** Adds a watch, or replaces it as it was. */
  put(watch: Watch): void {
    this.remove(watch.id);
    const place = placeOf(watch);
    if (place === undefined) return;
    this.watchesById.set(watch.id, watch);
    this.count(watch.kind, 1);
    this.lookAlikes.put(watch);
    if (place.by === 'name') this.names.put(place.key, watch);
    else this.trie(place.by).add(place.segments, watch);
    const literal = literalOf(watch);
    if (literal !== undefined) this.bytes.add(literal, watch);
  }

  remove(id: string): void {
    const watch = this.watchesById.get(id);
    const place = watch && placeOf(watch);
    if (watch === undefined || place === undefined) return;
    this.watchesById.delete(id);
    this.count(watch.kind, -1);
    this.lookAlikes.remove(watch);
    if (place.by === 'name') this.names.remove(place.key, id);
    else this.trie(place.by).remove(place.segments, id);
    const literal = literalOf(watch);
    if (literal !== undefined) this.bytes.remove(literal, id);
  }

  watchersOf(name: Named): Watch[] {
    const found = [...this.names.at(name.value)];
    if (name.issuer !== undefined && this.watches('issuer-subject'))
      found.push(...this.names.at(issuerSubjectValue(name.issuer, name.value)));
    if (name.kind === 'email')
      found.push(...this.untaggedWatchers(name.value), ...this.domainWatchers(name.value));
    else if (name.kind === 'uri' || name.kind === 'repository') found.push(...this.pathWatchers(name.value));
    return found;
  }

  watchersOfLogin(issuer: string, subject: string): readonly Watch[] {
    const login = loginOfToken(issuer, subject);
    return login === undefined ? [] : this.names.at(login).filter(({ kind }) => kind === 'issuer-subject');
  }

  /** Watches whose name occurs anywhere in a text in lower case, for entries that do not read. */
  namedIn(haystack: string): Watch[] {
    return this.bytes.namedIn(haystack);
  }

  /** `jane+ci@example.com` reaches the mailbox of `jane@example.com`: whoever watches that is told, unless they do not want it. */
  private untaggedWatchers(email: string): Watch[] {
    const [, local, domain] = /^([^+@]+)\+[^@]*(@.+)$/.exec(email) ?? [];
    if (local === undefined || domain === undefined) return [];
    return this.names.at(local + domain).filter(({ untagged }) => untagged !== true);
  }

  private domainWatchers(email: string): Watch[] {
    const domain = email.slice(email.lastIndexOf('@') + 1);
    const labels = labelsOf(domain);
    return this.domains.along(labels).filter(({ value }) => value === domain || value.startsWith('.'));
  }

  private pathWatchers(value: string): Watch[] {
    const segments = pathSegments(value);
    const patterns = this.patterns
      .along(segments)
      .filter(({ kind, value: glob }) =>
        kind === 'workflow'
          ? isWorkflowAt(workflowWatch(glob), value)
          : matchesText({ kind: 'glob', glob }, value),
      );
    const paths = this.paths.along(segments).filter(({ value: path }) => continuesPath(path, value));
    return [...paths, ...patterns];
  }

  private count(kind: string, by: number): void {
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + by);
  }

  private trie(by: 'domain' | 'path' | 'pattern'): PathTrie {
    return by === 'domain' ? this.domains : by === 'path' ? this.paths : this.patterns;
  }
}

/** Undefined for what must not match: a whole domain whose owner has not proven to be it. */
function placeOf({ kind, value, proven }: Watch): Place | undefined {
  switch (kind) {
    case 'domain':
      return proven ? { by: 'domain', segments: labelsOf(value.replace(/^\./, '')) } : undefined;
    case 'workflow': {
      const { path, ref } = workflowWatch(value);
      return { by: ref === undefined ? 'path' : 'pattern', segments: pathSegments(path) };
    }
    case 'organisation':
    case 'uri-prefix': {
      const segments = pathSegments(value);
      // What ends in a slash leaves nothing after it to look for.
      return { by: 'path', segments: segments.at(-1) === '' ? segments.slice(0, -1) : segments };
    }
    case 'uri-pattern':
      return {
        by: 'pattern',
        segments: pathSegments(value.slice(0, value.lastIndexOf('/', value.indexOf('*')))),
      };
    default:
      return { by: 'name', key: value };
  }
}

function labelsOf(domain: string): string[] {
  return domain.split('.').reverse();
}

/** What must stand in the bytes of an entry that concerns the watch. */
function literalOf({ kind, value }: Watch): string | undefined {
  switch (kind) {
    case 'domain':
      return value.startsWith('.') ? value : `@${value}`;
    case 'uri-pattern':
      return value.slice(0, value.indexOf('*'));
    case 'workflow':
      return workflowWatch(value).path;
    case 'issuer-subject':
      return value.slice(value.indexOf(' ') + 1);
    case 'key':
    case 'certificate':
    case 'digest':
      return value.replace(/^sha256:/, '');
    // Stands in no leaf as it is.
    case 'minisign-key':
    case 'package':
      return undefined;
    case 'pgp-user':
      return pgpUserText(value);
    default:
      return value;
  }
}
