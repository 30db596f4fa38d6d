/**
 * What an object is at: `Current` is what its author wants, `Failed` will not get there by itself,
 * `Unknown` could not be told.
 */
export type StatusName = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** The status of an object and the reason for people. */
export interface ObjectStatus {
  readonly status: StatusName;
  readonly message: string;
}

/** The status that is wanted. */
export function current(message: string): ObjectStatus {
  return { status: 'Current', message };
}

/** On its way. */
export function inProgress(message: string): ObjectStatus {
  return { status: 'InProgress', message };
}

/** Will not get there. */
export function failed(message: string): ObjectStatus {
  return { status: 'Failed', message };
}
