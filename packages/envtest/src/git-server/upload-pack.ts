import type { GitTestRepository } from './git-test-repository.ts';
import { type ObjectFilter, parseFilter } from './object-filter.ts';
import { readLinks } from './object-links.ts';
import { writePack } from './pack-format.ts';
import { DELIMITER, FLUSH, parsePkts, type Pkt, pkt, pktText, sideband } from './pkt.ts';
import { selectObjects } from './reachable.ts';

const AGENT = 'agent=gitops-toolkit-envtest';

/** What a server says first to one who wants to fetch. */
export function advertiseUploadPack(repository: GitTestRepository, version: 0 | 2): Buffer {
  const { algorithm } = repository.objects;
  if (version === 2) {
    const lines = [
      'version 2',
      AGENT,
      'ls-refs=unborn',
      'fetch=shallow filter',
      `object-format=${algorithm}`,
    ];
    return Buffer.concat([...lines.map((line) => pkt(`${line}\n`)), FLUSH]);
  }
  const head = repository.refs.get(repository.head);
  const capabilities = [
    'side-band-64k ofs-delta shallow no-progress filter allow-tip-sha1-in-want allow-reachable-sha1-in-want',
    ...(head === undefined ? [] : [`symref=HEAD:${repository.head}`]),
    `object-format=${algorithm}`,
    AGENT,
  ].join(' ');
  const lines = [...(head === undefined ? [] : [`${head} HEAD`]), ...refLines(repository)];
  if (lines.length === 0) lines.push(`${'0'.repeat(algorithm === 'sha1' ? 40 : 64)} capabilities^{}`);
  return Buffer.concat([
    ...lines.map((line, i) => pkt(i === 0 ? `${line}\0${capabilities}\n` : `${line}\n`)),
    FLUSH,
  ]);
}

function refLines(repository: GitTestRepository): string[] {
  return [...repository.refs].flatMap(([name, id]) => {
    const peeled = peel(repository, id);
    return peeled === undefined ? [`${id} ${name}`] : [`${id} ${name}`, `${peeled} ${name}^{}`];
  });
}

function peel(repository: GitTestRepository, id: string): string | undefined {
  const object = repository.objects.get(id);
  return object?.type === 'tag' ? readLinks(object).target : undefined;
}

/** Answers one request to `git-upload-pack`. */
export function answerUploadPack(repository: GitTestRepository, body: Buffer, version: 0 | 2): Buffer {
  const { pkts } = parsePkts(body);
  if (version === 0) return fetchV0(repository, pkts);
  const command = pkts.map(pktText).find((text) => text.startsWith('command='));
  const args = pkts
    .slice(pkts.indexOf('delimiter') + 1)
    .filter((line) => typeof line !== 'string')
    .map(pktText);
  if (command === 'command=ls-refs') return listRefs(repository, args);
  if (command === 'command=fetch') return fetchV2(repository, args);
  return pkt(`ERR unknown command: ${command ?? 'none'}\n`);
}

function listRefs(repository: GitTestRepository, args: readonly string[]): Buffer {
  const prefixes = valuesOf(args, 'ref-prefix');
  const isAsked = (name: string) =>
    prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
  const lines: string[] = [];
  const head = repository.refs.get(repository.head);
  if (isAsked('HEAD')) {
    const target = args.includes('symrefs') ? ` symref-target:${repository.head}` : '';
    if (head !== undefined) lines.push(`${head} HEAD${target}`);
    else if (args.includes('unborn')) lines.push(`unborn HEAD${target}`);
  }
  for (const [name, id] of repository.refs) {
    if (!isAsked(name)) continue;
    const peeled = args.includes('peel') ? peel(repository, id) : undefined;
    lines.push(peeled === undefined ? `${id} ${name}` : `${id} ${name} peeled:${peeled}`);
  }
  return Buffer.concat([...lines.map((line) => pkt(`${line}\n`)), FLUSH]);
}

function fetchV2(repository: GitTestRepository, args: readonly string[]): Buffer {
  const request = readRequest(repository, args);
  if ('refusal' in request) return pkt(`ERR upload-pack: ${request.refusal}`);
  const common = request.haves.filter((id) => repository.objects.has(id));
  const answer: Buffer[] = [];
  if (!args.includes('done')) {
    answer.push(pkt('acknowledgments\n'), ...common.map((id) => pkt(`ACK ${id}\n`)));
    // Nothing in common yet: the client goes on naming what it has.
    if (common.length === 0) return Buffer.concat([...answer, pkt('NAK\n'), FLUSH]);
    answer.push(pkt('ready\n'), DELIMITER);
  }
  const selected = selectObjects(repository.objects, { ...request, haves: common });
  const boundary = [
    ...selected.shallow.map((id) => `shallow ${id}`),
    ...selected.unshallow.map((id) => `unshallow ${id}`),
  ];
  if (request.depth !== undefined) {
    answer.push(pkt('shallow-info\n'), ...boundary.map((line) => pkt(`${line}\n`)), DELIMITER);
  }
  const pack = writePack(selected.objects, repository.objects.algorithm);
  return Buffer.concat([...answer, pkt('packfile\n'), ...sideband(1, pack), FLUSH]);
}

function fetchV0(repository: GitTestRepository, pkts: readonly Pkt[]): Buffer {
  const lines = pkts.filter((line) => typeof line !== 'string').map(pktText);
  const request = readRequest(repository, lines);
  if ('refusal' in request) return pkt(`ERR upload-pack: ${request.refusal}`);
  const common = request.haves.filter((id) => repository.objects.has(id));
  const selected = selectObjects(repository.objects, { ...request, haves: common });
  const answer: Buffer[] = [];
  if (request.depth !== undefined) {
    answer.push(...selected.shallow.map((id) => pkt(`shallow ${id}\n`)));
    answer.push(...selected.unshallow.map((id) => pkt(`unshallow ${id}\n`)), FLUSH);
  }
  // A client that asks for a depth first waits for the boundary alone.
  const asksForBoundaryAlone =
    !lines.includes('done') && request.haves.length === 0 && request.depth !== undefined;
  if (asksForBoundaryAlone) return Buffer.concat(answer);
  answer.push(pkt(common[0] === undefined ? 'NAK\n' : `ACK ${common[0]}\n`));
  if (!lines.includes('done')) return Buffer.concat(answer);
  const pack = writePack(selected.objects, repository.objects.algorithm);
  const usesBands = lines.some((line) => line.includes('side-band-64k'));
  return Buffer.concat([...answer, ...(usesBands ? [...sideband(1, pack), FLUSH] : [pack])]);
}

interface FetchRequest {
  readonly wants: string[];
  readonly haves: string[];
  readonly clientShallow: Set<string>;
  readonly depth?: number;
  readonly filter?: ObjectFilter;
}

/** What is asked for, or why it cannot be given. */
function readRequest(
  { objects }: GitTestRepository,
  args: readonly string[],
): FetchRequest | { readonly refusal: string } {
  const wants = valuesOf(args, 'want').map((value) => value.split(' ')[0] ?? '');
  const missing = wants.find((id) => !objects.has(id));
  if (missing !== undefined) return { refusal: `not our ref ${missing}` };
  const [depth] = valuesOf(args, 'deepen');
  const [spec] = valuesOf(args, 'filter');
  const filter = spec === undefined ? undefined : parseFilter(spec);
  if (spec !== undefined && !filter) return { refusal: `invalid filter-spec '${spec}'` };
  return {
    wants,
    haves: valuesOf(args, 'have'),
    clientShallow: new Set(valuesOf(args, 'shallow')),
    ...(depth === undefined ? {} : { depth: Number(depth) }),
    ...(filter && { filter }),
  };
}

function valuesOf(args: readonly string[], key: string): string[] {
  return args.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
}
