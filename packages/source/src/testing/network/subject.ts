import { type FileTree, walkFiles } from '@gitops-toolkit/core';
import type { Timeouts } from '@gitops-toolkit/core/http';
import type { TcpTarget } from '@gitops-toolkit/envtest/servers';
import { createHash } from 'node:crypto';

/** No test waits long between tries. */
export const RETRIES = { retries: 3, minDelayMs: 1 };

/** How long a fetch may take. */
export interface FetchLimits {
  readonly timeouts: Timeouts;
  readonly signal?: AbortSignal;
}

/** Something that is fetched over a network: what the test of network faults has a row for. */
export interface Subject extends AsyncDisposable {
  readonly server: TcpTarget;
  /** What comes out where nothing goes wrong. */
  readonly expected: string;
  /** The codes that a failure of the network may have. */
  readonly codes: readonly string[];
  /** How many bytes are sent in all, about: faults are spread over them. */
  readonly bytes: number;
  /** Where even what gets through takes longer than others wait, with several side by side. */
  readonly timeouts?: Timeouts;
  /** Who sends them. @default 'server' */
  readonly sender?: 'client';
  /**
   * Fetches through a port of 127.0.0.1, with clients of its own that are closed in the end.
   *
   * @returns what came out, as {@link fingerprint} says it
   */
  fetch(port: number, limits: FetchLimits): Promise<string>;
}

/** How a subject is started; `undefined` where its server is not installed. */
export interface SubjectStarter {
  readonly name: string;
  start(): Promise<Subject | undefined>;
}

/** Files that hardly compress, the same each time: 60 of 4 kB. */
export function sampleFiles(): Record<string, string> {
  const files: Record<string, string> = {};
  for (let i = 0; i < 60; i++) {
    let text = '';
    for (let line = 0; line < 64; line++) text += createHash('sha256').update(`${i} ${line}`).digest('hex');
    files[`apps/${i % 7}/file-${i}.yaml`] = text;
  }
  return files;
}

/** A digest of names and contents. */
export function fingerprint(tree: FileTree): string {
  const hash = createHash('sha256');
  for (const { path } of walkFiles(tree)) {
    const content = tree.read(path) ?? new Uint8Array();
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
