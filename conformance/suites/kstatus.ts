import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeStatus, type ComputeStatusOptions } from '../../packages/apply/src/index.ts';
import type { KubeObject } from '../../packages/core/src/index.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

interface Expected {
  readonly status?: string;
  readonly message?: string;
  readonly error?: string;
}

interface KstatusLine {
  readonly id: string;
  readonly now: string;
  readonly object: KubeObject;
  readonly expect: {
    readonly kstatus: Expected;
    readonly fluxKstatus?: Expected;
    readonly fluxJobReader?: Expected;
  };
}

/** The dialects of a case, and how `computeStatus` is asked for each. */
const DIALECTS = [
  ['kstatus', 'started'],
  ['fluxKstatus', 'started-not-suspended'],
  ['fluxJobReader', 'completed'],
] as const satisfies readonly (readonly [keyof KstatusLine['expect'], ComputeStatusOptions['jobs']])[];

/** Statuses and messages as recorded from kstatus, Flux's fork of it, and Flux's reader of Jobs. */
export const suite: Suite = {
  name: 'kstatus',
  *collect(folder: string): Iterable<ConformanceCase> {
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    for (const file of files.toSorted()) {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean);
      for (const line of lines) {
        const recorded = JSON.parse(line) as KstatusLine;
        yield { name: `${file}/${recorded.id}`, run: () => compare(recorded) };
      }
    }
  },
};

function compare({ object, now, expect }: KstatusLine): void {
  for (const [dialect, jobs] of DIALECTS) {
    const wanted = expect[dialect];
    if (!wanted) continue;
    const got = computeStatus(object, { now: Date.parse(now), jobs });
    const isRight =
      wanted.error === undefined
        ? got.status === wanted.status && got.message === (wanted.message ?? '')
        : got.status === 'Unknown';
    if (!isRight) throw new Error(`${dialect}: want ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  }
}
