/**
 * What a followed log can do that no log may, and what is said of it: in mails, feeds, letters to operators, pages and
 * webhooks alike. Each sentence is true of its kind and of no more: only a log that signed both statements contradicts itself.
 */
const incidentKinds = ['fork', 'rollback', 'wrong-bytes', 'bad-signature', 'key-change', 'freeze'] as const;
export type IncidentKind = (typeof incidentKinds)[number];

interface Words {
  /** Goes on from the name of the log. */
  readonly does: string;
  readonly meaning: string;
  /** By its evidence alone, to somebody who trusts nobody. */
  readonly proves: string;
  /** What stays the word of whoever wrote it down, or open. */
  readonly leavesOpen: string;
}

const words: Readonly<Record<IncidentKind, Words>> = {
  fork: {
    does: 'contradicts itself',
    meaning:
      'The log signed two statements that cannot both be true. It shows different contents to different readers, or has changed its past.',
    proves: 'The log’s key signed both statements, and they cannot both be true.',
    leavesOpen: 'Which of the two is the true one, and who was shown which.',
  },
  rollback: {
    does: 'went back behind what it had signed',
    meaning:
      'The log went back to an earlier state than the one it had signed before. Entries may have been taken out.',
    proves:
      'The log’s key signed both statements. Where both carry a time, that it stated the smaller later.',
    leavesOpen:
      'Without times in them, that the log went back: it states less before it states more. That the smaller was seen later is our word.',
  },
  'wrong-bytes': {
    does: 'serves entries that it did not sign',
    meaning: 'The log serves entries that are not the ones it signed.',
    proves: 'The entries in it are not in the tree that the log’s key signed.',
    leavesOpen: 'That the log served them is our word.',
  },
  'bad-signature': {
    does: 'serves a statement with a signature that does not verify',
    meaning:
      'The log’s newest statement carries a signature that does not verify, of its own key or of a witness it relies on.',
    proves: 'The statement does not carry a valid signature of the key that the log is known by.',
    leavesOpen: 'That the log served it is our word: anybody can write such bytes.',
  },
  'key-change': {
    does: 'is signed with another key',
    meaning: 'The log is signed with another key than the one we know, and nobody announced that.',
    proves:
      'Each statement is signed by its own key; where nobody listed the other key, that the one we know did not sign the second.',
    leavesOpen:
      'That the key was not changed on purpose, and whose the other key is: a log may announce that elsewhere. Which key the trust root lists is our word.',
  },
  freeze: {
    does: 'has shown nothing new for longer than it should',
    meaning: 'Either the log stands still, or somebody between it and us shows an old statement.',
    proves: 'The log’s key signed the statement that was shown.',
    leavesOpen: 'That it stood still is not provable: that nothing newer was shown, and when, is our word.',
  },
};

/** Of an older version, or none that is known. */
const other: Words = {
  does: 'did what no log may',
  meaning: 'What the log showed does not go with what it may show.',
  proves: 'The document says so itself.',
  leavesOpen: 'What it does not say.',
};

export function incidentHeading(kind: string | null, name: string): string {
  return `The log ${name} ${wordsOf(kind).does}`;
}

export function incidentMeaning(kind: string): string {
  return wordsOf(kind).meaning;
}

/** What the document of an incident is worth. */
export function incidentProof(kind: string): Pick<Words, 'proves' | 'leavesOpen'> {
  return wordsOf(kind);
}

function wordsOf(kind: string | null): Words {
  const known = incidentKinds.find((one) => one === kind);
  return known === undefined ? other : words[known];
}
