/** A process that reads a pack from a file, and says how that ended and how much memory it took, as JSON. */
import { createReadStream } from 'node:fs';
import { DEFAULT_GIT_LIMITS, type GitLimits } from '../git/limits.ts';
import { SHA1 } from '../git/object-format.ts';
import { parsePack } from '../git/pack/parse-pack.ts';

/** What the process says. */
export interface ParsedPack {
  /** `read`, or the code of the error. */
  readonly outcome: string;
  /** The most memory that the process had at a time, above what it had before. */
  readonly aboveIdleMib: number;
}

const [file = '', limits = '{}'] = process.argv.slice(2);
const idle = process.memoryUsage.rss();
const outcome = await parsePack(createReadStream(file), {
  format: SHA1,
  limits: { ...DEFAULT_GIT_LIMITS, ...(JSON.parse(limits) as GitLimits) },
}).then(
  () => 'read',
  (error: { code?: string }) => error.code ?? 'an error without a code',
);
const aboveIdleMib = process.resourceUsage().maxRSS / 1024 - idle / 2 ** 20;
process.stdout.write(JSON.stringify({ outcome, aboveIdleMib } satisfies ParsedPack));
