/** DER bent as a tree, so that every length is right: elements gone, doubled, exchanged, under another tag, or other inside. */
import fc from 'fast-check';
import { DerReader } from '#lib/encoding/der-reader.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { element } from '#lib/encoding/der-writer.ts';
import { bend, splices, type Splice } from './splices.ts';

interface Node {
  tag: number;
  contents: Uint8Array;
  children: Node[] | undefined;
}

interface DerEdit {
  readonly at: number;
  readonly from: number;
  readonly how: 'drop' | 'double' | 'exchange' | 'tag' | 'contents';
  readonly tag: number;
  readonly changes: readonly Splice[];
}

export const derEdits: fc.Arbitrary<readonly DerEdit[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    from: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    how: fc.constantFrom('drop', 'double', 'exchange', 'tag', 'contents'),
    tag: fc.constantFrom(
      0x01,
      0x02,
      0x03,
      0x04,
      0x05,
      0x06,
      0x0c,
      0x13,
      0x16,
      0x17,
      0x18,
      0x30,
      0x31,
      0x80,
      0xa0,
      0xa3,
    ),
    changes: splices,
  }),
  { minLength: 1, maxLength: 3 },
);

export function editDer(good: Uint8Array, list: readonly DerEdit[]): Uint8Array {
  const roots = nodesIn(good);
  for (const edit of list) {
    const places = roots.flatMap((root) => placesBelow(root));
    const place = places[Math.floor(edit.at * places.length)];
    const donor = places[Math.floor(edit.from * places.length)];
    if (place !== undefined && donor !== undefined) apply(place, donor[0][donor[1]], edit);
  }
  return concat(...roots.map(encoded));
}

type Place = readonly [siblings: Node[], index: number];

function nodesIn(der: Uint8Array): Node[] {
  const reader = new DerReader(der);
  const nodes: Node[] = [];
  while (!reader.done) {
    const { tag, contents } = reader.next();
    nodes.push({ tag, contents, children: (tag & 0x20) === 0 ? undefined : nodesIn(contents) });
  }
  return nodes;
}

function placesBelow({ children }: Node): Place[] {
  return (children ?? []).flatMap(
    (child, index, siblings) => [[siblings, index], ...placesBelow(child)] as Place[],
  );
}

function apply([siblings, index]: Place, donor: Node | undefined, { how, tag, changes }: DerEdit): void {
  const node = siblings[index];
  if (node === undefined || donor === undefined) return;
  const copy = copyOf(how === 'exchange' ? donor : node);
  if (how === 'drop') siblings.splice(index, 1);
  else if (how === 'double') siblings.push(copy);
  else if (how === 'exchange') siblings[index] = copy;
  else if (how === 'tag') node.tag = tag;
  else siblings[index] = { ...node, contents: bend(contentsOf(node), changes), children: undefined };
}

/** Whole, since an element moved into itself would never end. */
function copyOf(node: Node): Node {
  return { ...node, children: node.children?.map(copyOf) };
}

function contentsOf({ contents, children }: Node): Uint8Array {
  return children === undefined ? contents : concat(...children.map(encoded));
}

function encoded(node: Node): Uint8Array {
  return element(node.tag, contentsOf(node));
}
