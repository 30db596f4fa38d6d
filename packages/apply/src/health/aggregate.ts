import type { StatusName } from './object-status.ts';

/**
 * One status for many: `Failed` if any failed, else `Unknown` if any is, else `Current` if all are,
 * else `InProgress`. Nothing at all is `Current`.
 */
export function aggregateStatus(statuses: Iterable<StatusName>): StatusName {
  const all = [...statuses];
  if (all.includes('Failed')) return 'Failed';
  if (all.includes('Unknown')) return 'Unknown';
  return all.every((status) => status === 'Current') ? 'Current' : 'InProgress';
}
