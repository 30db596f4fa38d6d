import { describe, expect, it } from 'vitest';
import { parseCommit, parseTagTarget } from './parse-commit.ts';

const TREE = 'a'.repeat(40);
const parse = (...lines: string[]) => parseCommit('c'.repeat(40), Buffer.from(lines.join('\n')));

describe('parseCommit', () => {
  it('LIM-GIT-01: takes no commit and no tag apart with megabytes of headers', () => {
    const header = 'x y\n'.repeat(300_000);
    expect(() => parse(`tree ${TREE}`, header)).toThrow(expect.objectContaining({ code: 'GIT_LIMIT' }));
    expect(() => parseTagTarget(Buffer.from(header))).toThrow(expect.objectContaining({ code: 'GIT_LIMIT' }));
  });

  it('LIM-GIT-01: reads a message of megabytes, and as many headers as a merge of many has (legitimate)', () => {
    const parents = Array.from({ length: 5000 }, (_, i) => `parent ${String(i).padStart(40, '0')}`);
    const message = 'words\n'.repeat(500_000);
    const commit = parse(`tree ${TREE}`, ...parents, '', message);
    expect([commit.parents.length, commit.message]).toEqual([5000, message]);
  });

  it('reads a commit with several parents and a message of several lines', () => {
    const commit = parse(
      `tree ${TREE}`,
      `parent ${'1'.repeat(40)}`,
      `parent ${'2'.repeat(40)}`,
      'author Jürgen Example <juergen@example.com> 1700000000 +0100',
      'committer Robot <robot@example.com> 1700000100 -0730',
      '',
      'Merge',
      '',
      'tree of life',
      '',
    );
    expect(commit).toMatchObject({
      tree: TREE,
      parents: ['1'.repeat(40), '2'.repeat(40)],
      author: {
        name: 'Jürgen Example',
        email: 'juergen@example.com',
        seconds: 1_700_000_000,
        timezone: '+0100',
      },
      committer: { name: 'Robot', email: 'robot@example.com', seconds: 1_700_000_100, timezone: '-0730' },
      message: 'Merge\n\ntree of life\n',
    });
  });

  it('takes nothing from a signature for a header, and keeps its bytes', () => {
    const commit = parse(
      `tree ${TREE}`,
      'author A <a@example.com> 1 +0000',
      'committer A <a@example.com> 1 +0000',
      'gpgsig -----BEGIN PGP SIGNATURE-----',
      ' ',
      ` parent ${'9'.repeat(40)}`,
      ' -----END PGP SIGNATURE-----',
      '',
      'Signed',
    );
    expect(commit.parents).toEqual([]);
    expect(commit.message).toBe('Signed');
    expect(Buffer.from(commit.raw).toString()).toContain('BEGIN PGP SIGNATURE');
  });

  it.each([
    ['author', { name: '', email: '', seconds: 0, timezone: '+0000' }],
    ['author Name Without Mail', { name: '', email: '', seconds: 0, timezone: '+0000' }],
    [
      'author <only@example.com> 5 +0000',
      { name: '', email: 'only@example.com', seconds: 5, timezone: '+0000' },
    ],
    ['author A <a@b> -5 +0000', { name: 'A', email: 'a@b', seconds: -5, timezone: '+0000' }],
    ['author A <a@b> 99999999999999999999', { name: 'A', email: 'a@b', seconds: 0, timezone: '+0000' }],
    ['author A <a@b', { name: '', email: '', seconds: 0, timezone: '+0000' }],
  ])('makes the best of %j', (line, author) => {
    expect(parse(`tree ${TREE}`, line, '', 'x').author).toEqual(author);
  });

  it('takes a commit without a message', () => {
    expect(parse(`tree ${TREE}`).message).toBe('');
  });

  it.each(['', 'tree', 'tree xyz', `treee ${TREE}`, `parent ${TREE}`, ` tree ${TREE}`])(
    'refuses %j for want of a tree',
    (text) => {
      expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'GIT_PROTOCOL' }));
    },
  );
});

describe('parseTagTarget', () => {
  it('finds what a tag stands for', () => {
    const text = `object ${TREE}\ntype commit\ntag v1\ntagger A <a@b> 1 +0000\n\nobject ${'b'.repeat(40)}\n`;
    expect(parseTagTarget(Buffer.from(text))).toEqual({ id: TREE, type: 'commit' });
    expect(parseTagTarget(Buffer.from('tag v1\n\nnothing'))).toBeUndefined();
  });
});
