import { createRecord, isRecord } from '@gitops-toolkit/core';
import type { Reader } from './reader.ts';

/**
 * A copy of what an alias stands for, so that a change at one place of the document is none at the other.
 * While positions are recorded it is the very value, whose places are known.
 */
export function copyAliased(reader: Reader, value: unknown, offset: number): unknown {
  if (reader.positions) return value;
  return copy(reader, value, offset);
}

function copy(reader: Reader, value: unknown, offset: number): unknown {
  countAliased(reader, offset);
  if (Array.isArray(value)) return value.map((item) => copy(reader, item, offset));
  if (!isRecord(value)) return value;
  const result = createRecord();
  for (const key of Object.keys(value)) result[key] = copy(reader, value[key], offset);
  return result;
}

/** Takes one value from the budget of the text. */
export function countAliased(reader: Reader, offset: number): void {
  if (reader.aliasBudget.spend()) return;
  reader.fail(`document contains excessive aliasing: more than ${reader.aliasBudget.limit} values`, offset, {
    code: 'YAML_LIMIT',
    context: 0,
    goProblem: { problem: 'document contains excessive aliasing', offset: 0 },
    hint: 'Write the repeated parts out, or raise limits.maxAliasedNodes.',
  });
}
