import type { GitTestRepository } from './git-test-repository.ts';
import { readPack } from './pack-format.ts';
import { FLUSH, parsePkts, pkt, pktText, sideband } from './pkt.ts';
import { isComplete } from './reachable.ts';

/** One change of a reference that a client asks for. */
export interface RefUpdate {
  readonly ref: string;
  /** Absent where the reference is made. */
  readonly before?: string;
  /** Absent where the reference is removed. */
  readonly after?: string;
}

/** What a server says first to one who wants to push. */
export function advertiseReceivePack(repository: GitTestRepository): Buffer {
  const { algorithm } = repository.objects;
  const capabilities = `report-status delete-refs side-band-64k ofs-delta object-format=${algorithm} agent=gitops-toolkit-envtest`;
  const lines = [...repository.refs].map(([name, id]) => `${id} ${name}`);
  if (lines.length === 0) lines.push(`${'0'.repeat(algorithm === 'sha1' ? 40 : 64)} capabilities^{}`);
  return Buffer.concat([
    ...lines.map((line, i) => pkt(i === 0 ? `${line}\0${capabilities}\n` : `${line}\n`)),
    FLUSH,
  ]);
}

/** Answers one request to `git-receive-pack`. */
export function answerReceivePack(
  repository: GitTestRepository,
  body: Buffer,
  onUpdate: (update: RefUpdate) => void,
): Buffer {
  const { pkts, rest } = parsePkts(body);
  const lines = pkts.filter((line) => typeof line !== 'string').map(pktText);
  const capabilities = lines[0]?.split('\0')[1] ?? '';
  const updates = lines.map(readUpdate).filter((update) => update !== undefined);
  const report = [...apply(repository, updates, rest, onUpdate).map((line) => pkt(`${line}\n`)), FLUSH];
  // A client that speaks without asking for a report, such as with an empty message, gets none.
  if (!capabilities.includes('report-status')) return FLUSH;
  if (!capabilities.includes('side-band-64k')) return Buffer.concat(report);
  return Buffer.concat([...sideband(1, Buffer.concat(report)), FLUSH]);
}

function apply(
  repository: GitTestRepository,
  updates: readonly RefUpdate[],
  pack: Buffer,
  onUpdate: (update: RefUpdate) => void,
): string[] {
  try {
    if (pack.length > 0) readPack(pack, repository.objects);
  } catch (error) {
    return [`unpack ${(error as Error).message}`, ...updates.map(({ ref }) => `ng ${ref} unpacker error`)];
  }
  const results = updates.map((update) => {
    const refusal = refusalOf(repository, update);
    if (refusal !== undefined) return `ng ${update.ref} ${refusal}`;
    repository.setRef(update.ref, update.after);
    onUpdate(update);
    return `ok ${update.ref}`;
  });
  return ['unpack ok', ...results];
}

function refusalOf(repository: GitTestRepository, { ref, before, after }: RefUpdate): string | undefined {
  if (!/^refs\/[^/]+\/.+$/.test(ref) || /\.\.|\/\.|[\x7f ~^:?*[\\]|\.lock$|\/$/.test(ref))
    return 'funny refname';
  if (repository.refs.get(ref) !== before) return 'failed to update ref: it was changed meanwhile';
  if (after !== undefined && !isComplete(repository.objects, after)) return 'missing necessary objects';
  return undefined;
}

function readUpdate(line: string): RefUpdate | undefined {
  const match = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([^\0]+)/.exec(line);
  if (!match) return undefined;
  const [, before = '', after = '', ref = ''] = match;
  const isNone = (id: string) => /^0+$/.test(id);
  return { ref, ...(isNone(before) ? {} : { before }), ...(isNone(after) ? {} : { after }) };
}
