import type { GoFunction } from './go-function.ts';

/** The functions that templates may call, by name. */
export type FunctionMap = Readonly<Record<string, GoFunction>>;
