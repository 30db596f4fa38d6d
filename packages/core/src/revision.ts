/**
 * What a source was at: `main@sha1:<commit>`, `sha1:<commit>`, `latest@sha256:<digest>`, or, for
 * charts, a plain version.
 */
export interface Revision {
  /** A branch, a tag, a full ref name or a version; `''` where only the hash is given. */
  readonly name: string;
  /** `sha1`, `sha256`; absent for a plain version. */
  readonly algorithm?: string;
  /** The commit or digest in hexadecimal digits; absent for a plain version. */
  readonly hash?: string;
}

/**
 * Takes a revision apart. The form of Flux before 2.0, `main/<sha>`, `HEAD/<sha>` and a bare hash,
 * is read as what it stands for. Never throws: a text without a hash is a name.
 *
 * @example
 * ```ts
 * import { parseRevision } from '@gitops-toolkit/core';
 * parseRevision('main@sha1:5394cb7f48332b2de7c17dd8b8384bbc84b7e738').name; // 'main'
 * ```
 */
export function parseRevision(text: string): Revision {
  const current = fromLegacy(text);
  const match = /^(?:(.*)@)?([a-z0-9]+(?:[.+_-][a-z0-9]+)*):([0-9a-zA-Z=_-]+)$/s.exec(current);
  if (!match) return { name: current };
  const [, name = '', algorithm = '', hash = ''] = match;
  return { name, algorithm, hash };
}

/** Writes a revision as Flux does. */
export function formatRevision(revision: Revision): string {
  const { name, algorithm, hash } = revision;
  if (algorithm === undefined || hash === undefined) return name;
  return name === '' ? `${algorithm}:${hash}` : `${name}@${algorithm}:${hash}`;
}

/** Whether two revisions are the same, in whatever form they are written. */
export function isSameRevision(a: string, b: string): boolean {
  return formatRevision(parseRevision(a)) === formatRevision(parseRevision(b));
}

/** The revision with its hash cut to eight digits, as the `flux` command shows it. */
export function shortRevision(text: string): string {
  const revision = parseRevision(text);
  return revision.hash === undefined
    ? text
    : formatRevision({ ...revision, hash: revision.hash.slice(0, 8) });
}

function fromLegacy(text: string): string {
  if (text.includes(':')) return text;
  const slash = text.lastIndexOf('/');
  const hash = text.slice(slash + 1);
  const algorithm = hashAlgorithm(hash);
  if (algorithm === undefined) return text;
  const name = text.slice(0, Math.max(slash, 0));
  return name === '' || name === 'HEAD' ? `${algorithm}:${hash}` : `${name}@${algorithm}:${hash}`;
}

function hashAlgorithm(hash: string): string | undefined {
  if (!/^[0-9a-f]+$/i.test(hash)) return undefined;
  return hash.length === 40 ? 'sha1' : hash.length === 64 ? 'sha256' : undefined;
}
