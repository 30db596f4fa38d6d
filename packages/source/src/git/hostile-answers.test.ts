import { startGitServer } from '@gitops-toolkit/envtest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SourceError } from '../errors.ts';
import { idOf } from '../testing/pack-writer.ts';
import { buildTree } from './build-tree.ts';
import { DEFAULT_GIT_LIMITS } from './limits.ts';
import { SHA1 } from './object-format.ts';
import { packStore, parsePack } from './pack/parse-pack.ts';
import { parseCommit } from './parse-commit.ts';
import { readFetchResponse } from './remote/fetch-response.ts';
import { PktReader } from './remote/pkt-line.ts';
import { GitFetcher } from './git-fetcher.ts';

/** Numbers that look random and are the same in each run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}

/** Damages a message in one of the ways that bytes get damaged or made. */
function mutate(message: Buffer, random: Generator<number>): Buffer {
  const next = (below: number) => random.next().value! % Math.max(below, 1);
  const at = next(message.length);
  const copy = Buffer.from(message);
  switch (next(6)) {
    case 0:
      copy[at] = next(256);
      return copy;
    case 1:
      return copy.subarray(0, at);
    case 2:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + next(20))]);
    case 3:
      return Buffer.concat([
        copy.subarray(0, at),
        Buffer.from(Array.from({ length: next(30) }, () => next(256))),
        copy.subarray(at),
      ]);
    case 4:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(next(message.length))]);
    default:
      copy.fill(next(2) * 255, at, Math.min(at + next(40), copy.length));
      return copy;
  }
}

let answer: Buffer;
let commit: string;

beforeAll(async () => {
  const answers: Buffer[] = [];
  await using server = await startGitServer({
    repositories: { app: { 'a.yaml': 'a: 1\n', 'd/b.yaml': 'b: 2\n', 'd/e/c.yaml': 'c: 3\n'.repeat(50) } },
    faults: { tamper: (sent) => (answers.push(sent), sent) },
  });
  const fetcher = new GitFetcher();
  const revision = await fetcher.resolve({ url: server.repositoryUrl('app') });
  await fetcher.fetch(revision);
  await fetcher[Symbol.asyncDispose]();
  commit = revision.hash;
  answer = answers.at(-1)!;
});

async function read(message: Buffer): Promise<string> {
  const reader = new PktReader(
    (async function* () {
      for (let at = 0; at < message.length; at += 100) yield message.subarray(at, at + 100);
    })(),
  );
  const limits = { ...DEFAULT_GIT_LIMITS, maxObjectBytes: 1_000_000, maxDecodedBytes: 5_000_000 };
  const objects = await parsePack(readFetchResponse(reader), { format: SHA1, limits });
  const store = packStore(SHA1, objects);
  const found = store.get(commit);
  if (!found) throw new SourceError('GIT_OBJECT_MISMATCH', 'the commit did not come');
  const { tree } = await buildTree(store, parseCommit(commit, found.data).tree, { limits });
  return ['a.yaml', 'd/b.yaml', 'd/e/c.yaml']
    .map((path) => idOf('blob', tree.read(path) ?? Buffer.alloc(0)))
    .join();
}

afterAll(() => {
  answer = Buffer.alloc(0);
});

describe('an answer that was damaged or made up', () => {
  it('ends in an error of its own, or in the same content: 1500 ways', async () => {
    const honest = await read(answer);
    const random = numbers(2024);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 1500; round++) {
      let message = mutate(answer, random);
      if (round % 3 === 0) message = mutate(message, random);
      const outcome = await read(message).then(
        (content) => (content === honest ? 'same' : 'OTHER CONTENT'),
        (error: unknown) => (error instanceof SourceError ? error.code : `${round}: ${String(error)}`),
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const known = [
      'same',
      'GIT_PROTOCOL',
      'GIT_LIMIT',
      'GIT_REMOTE_ERROR',
      'GIT_OBJECT_MISMATCH',
      'GIT_TREE_UNSAFE',
    ];
    expect([...outcomes.keys()].filter((outcome) => !known.includes(outcome))).toEqual([]);
    expect(outcomes.get('GIT_PROTOCOL')).toBeGreaterThan(500);
  });
});
