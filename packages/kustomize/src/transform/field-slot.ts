import { getOwn, isRecord, setOwn } from '@gitops-toolkit/core';

/** A place in an object that can be read and written. */
export interface FieldSlot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
  /** Made on the way, so that it has no type of its own yet. */
  readonly isNew: boolean;
  /** From the value that the search began at. */
  readonly path: readonly (string | number)[];
  /** Of no object: what is asked for is below the null at the path. */
  readonly isBelowNull?: boolean;
}

export function slotValue({ holder, key }: FieldSlot): unknown {
  return Array.isArray(holder) ? holder[Number(key)] : getOwn(holder, String(key));
}

export function setSlot({ holder, key }: FieldSlot, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else if (isRecord(holder)) setOwn(holder, String(key), value);
}
