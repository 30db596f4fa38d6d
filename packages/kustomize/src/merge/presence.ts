import { getOwn } from '@gitops-toolkit/core';

/** Whether there is a value that is not null. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether every element has a name, so that names could tell them apart. */
export function allHaveName(list: readonly unknown[]): boolean {
  return list.every((element) => getOwn(element, 'name') !== undefined);
}
