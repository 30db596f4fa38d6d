import { type FileTree, walkFiles } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';
import { copyFailed } from './generator-error.ts';

/** As many bytes as can be added up before the sums leave 32 bits. */
const RUN = 5552;
const PRIME = 65_521;

/**
 * The number that Flux's source-watcher names the archive of a generated artifact by: the Adler-32 of a listing of all files
 * with their Adler-32. It tells changes apart for people and file names alone; what an artifact is, its digest says.
 *
 * @param name the name of the artifact, which the listing puts before each path
 * @throws `GENERATOR_COPY_FAILED` for a name with a line break, as in Flux; the reason of the signal
 */
export async function artifactContentHash(
  tree: FileTree,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const breathe = createBreather(signal);
  const lines: (readonly [path: string, hash: string])[] = [];
  for (const { path } of walkFiles(tree)) {
    await breathe();
    if (path.includes('\n'))
      throw copyFailed(`file names with line breaks are not supported: ${JSON.stringify(path)}`);
    const full = `${name}/${path}`;
    lines.push([full, adler32(tree.read(path) ?? new Uint8Array()).toString(16)]);
  }
  lines.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return String(adler32(Buffer.from(lines.map(([path, hash]) => `${hash}  ${path}\n`).join(''))));
}

/** RFC 1950, section 9. */
function adler32(data: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let from = 0; from < data.length; from += RUN) {
    const to = Math.min(from + RUN, data.length);
    for (let at = from; at < to; at++) {
      a += data[at] ?? 0;
      b += a;
    }
    a %= PRIME;
    b %= PRIME;
  }
  return b * 65_536 + a;
}
