import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Entry, longLink, longName, outcome, pax, SAFE, tar } from '../../testing/hostile-tar.ts';

/** The ways to give an entry its name. */
const spellings: Readonly<Record<string, (entry: Entry) => Entry[]>> = {
  ustar: (entry) => [entry],
  'the prefix of ustar': ({ name, ...entry }) => {
    const slash = name.lastIndexOf('/');
    return slash <= 0
      ? [{ name, ...entry }]
      : [{ ...entry, prefix: name.slice(0, slash), name: name.slice(slash + 1) }];
  },
  pax: ({ name, ...entry }) => [pax({ path: name }), { ...entry, name: 'harmless.yaml' }],
  'pax after GNU': ({ name, ...entry }) => [
    longName('harmless'),
    pax({ path: name }),
    { ...entry, name: 'harmless' },
  ],
  'GNU longname': ({ name, ...entry }) => [longName(name), { ...entry, name: 'harmless.yaml' }],
  'GNU longname after pax': ({ name, ...entry }) => [
    pax({ path: 'harmless' }),
    longName(name),
    { ...entry, name: 'harmless' },
  ],
  'GNU sparse': ({ name, ...entry }) => [{ ...entry, name, type: 'S' }],
  'pax sparse 0.1': ({ name, ...entry }) => [
    pax({ 'GNU.sparse.map': '0,1', 'GNU.sparse.name': name }),
    { ...entry, name: 'harmless.yaml' },
  ],
  'pax sparse 1.0': ({ name, ...entry }) => [
    pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': name, path: 'harmless' }),
    { ...entry, name: 'harmless.yaml' },
  ],
};

const CLIMBING = [
  '../evil',
  'a/../../evil',
  'a/./../../evil',
  './../evil',
  '..',
  'a/..',
  '/etc/evil',
  '//etc/evil',
  '/',
  'C:\\evil',
  'C:evil',
  'c:/evil',
  '..\\evil',
  'a\\..\\..\\evil',
  '\\\\server\\share\\evil',
];

interface Trick {
  readonly name: string;
  readonly archive: Buffer;
}

/** Names that lead elsewhere: in each spelling, as each kind of entry that has a place. */
const names: Trick[] = Object.entries(spellings).flatMap(([spelling, spell]) =>
  CLIMBING.flatMap((name) =>
    [
      { kind: 'a file', entry: { name, content: 'x' } },
      { kind: 'a folder', entry: { name, type: '5' } },
      { kind: 'a symlink', entry: { name, type: '2', link: 'ok.yaml' } },
    ].map(({ kind, entry }) => ({
      name: `${kind} called ${name} in ${spelling}`,
      archive: tar(SAFE, ...spell(entry)),
    })),
  ),
);

const LINKS = [
  'ok.yaml',
  '../../etc/passwd',
  '/etc/passwd',
  'C:..\\..\\evil',
  'C:evil',
  '\\\\server\\share',
  '.',
  'hard',
];

/** Links, in each spelling of their targets. */
const links: Trick[] = LINKS.flatMap((link) => [
  { name: `a hard link to ${link}`, archive: tar(SAFE, { name: 'hard', type: '1', link }) },
  {
    name: `a hard link to ${link} in pax`,
    archive: tar(SAFE, pax({ linkpath: link }), { name: 'hard', type: '1', link: 'ok.yaml' }),
  },
  {
    name: `a hard link to ${link} in GNU longlink`,
    archive: tar(SAFE, longLink(link), { name: 'hard', type: '1', link: 'ok.yaml' }),
  },
  {
    name: `a hard link to ${link} with a content`,
    archive: tar(SAFE, { name: 'hard', type: '1', link, content: 'x', size: 1 }),
  },
  {
    name: `a hard link through a symlink to ${link}`,
    archive: tar({ name: 'a', type: '2', link }, { name: 'hard', type: '1', link: 'a/passwd' }),
  },
]);

/** What is neither a file nor a folder, nor a link. */
const kinds: Trick[] = ['3', '4', '6', 'D', 'M', 'N', 'S', 'V', 'A', 'Z', '8', '\x7f'].flatMap((type) => [
  { name: `an entry of type ${JSON.stringify(type)}`, archive: tar(SAFE, { name: 'dev', type }) },
  {
    name: `an entry of type ${JSON.stringify(type)} in pax`,
    archive: tar(pax({ path: 'dev' }), { name: 'x', type }),
  },
  {
    name: `an entry of type ${JSON.stringify(type)} in GNU longname`,
    archive: tar(longName('dev'), { name: 'x', type }),
  },
]);

/** Two entries for one place: readers differ in which they take. */
const collisions: Trick[] = (
  [
    ['a file twice', [SAFE, SAFE]],
    ['a file twice, by a dot', [SAFE, { ...SAFE, name: './ok.yaml' }]],
    [
      'a file twice, by two slashes',
      [
        { name: 'a/b', content: 'x' },
        { name: 'a//b', content: 'y' },
      ],
    ],
    [
      'a file twice, by a dot inside',
      [
        { name: 'a/b', content: 'x' },
        { name: 'a/./b', content: 'y' },
      ],
    ],
    ['a file twice, in pax', [SAFE, pax({ path: 'ok.yaml' }), { name: 'other', content: 'x' }]],
    ['a file twice, in GNU longname', [SAFE, longName('ok.yaml'), { name: 'other', content: 'x' }]],
    ['a folder where a file is', [SAFE, { name: 'ok.yaml', type: '5' }]],
    ['a folder where a file is, by its slash', [SAFE, { name: 'ok.yaml/' }]],
    [
      'a file where a folder is',
      [
        { name: 'd', type: '5' },
        { name: 'd', content: 'x' },
      ],
    ],
    [
      'a file where a folder must be',
      [
        { name: 'd/x', content: 'x' },
        { name: 'd', content: 'x' },
      ],
    ],
    ['a path through a file', [SAFE, { name: 'ok.yaml/inner', content: 'x' }]],
    ['a file at the root', [{ name: '.', content: 'x' }]],
    ['a file without a name', [{ name: '', content: 'x' }]],
    ['a file without a name in pax', [pax({ path: '' }), { name: 'x', content: 'x' }]],
    ['a NUL in a path of pax', [pax({ path: 'ok.yaml\0../../evil' }), SAFE]],
    ['a NUL in a link of pax', [pax({ linkpath: 'ok.yaml\0/etc/passwd' }), { name: 'l', type: '2' }]],
    ['a sparse file without a name of its own', [pax({ 'GNU.sparse.realsize': '9' }), SAFE]],
  ] satisfies [string, Entry[]][]
).map(([name, entries]) => ({ name, archive: tar(...entries) }));

const corpus = [
  ...new Map(
    [...names, ...links, ...kinds, ...collisions].map((trick) => [trick.archive.toString('latin1'), trick]),
  ).values(),
];

describe('unpackArchive', () => {
  it('SEC-TAR-01 is tried with a corpus of hundreds', () => {
    expect(corpus.length).toBeGreaterThan(400);
  });

  it.each(corpus)('SEC-TAR-01 refuses $name', async ({ archive }) => {
    expect(await outcome(archive)).toBe('ARCHIVE_UNSAFE');
    expect(await outcome(gzipSync(archive))).toBe('ARCHIVE_UNSAFE');
  });

  it.each<[string, Entry[], string[]]>([
    ['to outside', [{ name: 'out', type: '2', link: '../../etc/passwd' }, SAFE], ['ok.yaml']],
    [
      'that a file goes through',
      [
        { name: 'a', type: '2', link: '/etc' },
        { name: 'a/passwd', content: 'x' },
      ],
      ['a/passwd'],
    ],
    [
      'that a folder replaces',
      [
        { name: 'a', type: '2', link: '/etc' },
        { name: 'a', type: '5' },
        { name: 'a/x', content: 'x' },
      ],
      ['a/x'],
    ],
    [
      'that replaces a folder',
      [
        { name: 'a', type: '5' },
        { name: 'a', type: '2', link: '/etc' },
        { name: 'a/x', content: 'x' },
      ],
      ['a/x'],
    ],
    [
      'to a symlink',
      [
        { name: 'a', type: '2', link: 'b' },
        { name: 'b', type: '2', link: '/etc' },
        { name: 'a/b/x', content: 'x' },
      ],
      ['a/b/x'],
    ],
    [
      'of the same letters in another form',
      [
        { name: 'e\u0301', type: '2', link: '/etc' },
        { name: '\u00e9/x', content: 'x' },
      ],
      ['\u00e9/x'],
    ],
    [
      'of another case',
      [
        { name: 'A', type: '2', link: '/etc' },
        { name: 'a/x', content: 'x' },
      ],
      ['a/x'],
    ],
    ['in GNU longlink', [longLink('/etc/passwd'), { name: 'l', type: '2' }, SAFE], ['ok.yaml']],
  ])('SEC-TAR-01 leaves out a symlink %s, and places what follows inside', async (_what, entries, files) => {
    const archive = tar(...entries);
    expect(await outcome(archive)).toEqual(files);
    expect(await outcome(archive, { symlinks: 'refuse' })).toBe('ARCHIVE_UNSAFE');
  });

  it.each<[string, Entry[], string[]]>([
    [
      'dots in names',
      [
        { name: '..a/b..c/...', content: 'x' },
        { name: './.hidden', content: 'x' },
      ],
      ['..a/b..c/...', '.hidden'],
    ],
    [
      'names of pax',
      [pax({ path: 'ünï/😀.yaml', mtime: '1.5', uid: '7' }), { name: 'x', content: 'x' }],
      ['ünï/😀.yaml'],
    ],
    [
      'names of GNU',
      [longName(`${'d/'.repeat(20)}${'n'.repeat(200)}`), { name: 'x', content: 'x' }],
      [`${'d/'.repeat(20)}${'n'.repeat(200)}`],
    ],
    ['names of ustar in two parts', [{ prefix: 'a/b', name: 'c.yaml', content: 'x' }], ['a/b/c.yaml']],
    [
      'folders before, after and without their files',
      [
        { name: 'a/', type: '5' },
        { name: 'a/x', content: 'x' },
        { name: 'a', type: '5' },
        { name: 'b/c/y', content: 'y' },
      ],
      ['a/x', 'b/c/y'],
    ],
    ['the root as an entry', [{ name: './', type: '5' }, { name: '.', type: '5' }, SAFE], ['ok.yaml']],
    [
      'files of old types',
      [
        { name: 'old', type: '\0', content: 'x' },
        { name: 'contiguous', type: '7', content: 'x' },
      ],
      ['contiguous', 'old'],
    ],
    ['global records', [pax({ comment: 'c', path: '../../evil' }, 'g'), SAFE], ['ok.yaml']],
    [
      'names that differ in case alone',
      [
        { name: 'A', content: 'x' },
        { name: 'a', content: 'x' },
      ],
      ['A', 'a'],
    ],
  ])('SEC-TAR-01 takes %s (legitimate)', async (_what, entries, files) => {
    expect(await outcome(tar(...entries))).toEqual(files);
    expect(await outcome(gzipSync(tar(...entries)))).toEqual(files);
  });
});
