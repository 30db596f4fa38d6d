import type { ManifestHead } from './manifest-head.ts';

/** When a hook runs. */
export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test';

/** An object that is made at events of a release, and is no part of its manifest. */
export interface Hook {
  readonly name: string;
  readonly kind: string;
  /** The template that made it. */
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly HookEvent[];
  /** Of hooks of one kind, lighter ones run first. */
  readonly weight: number;
  /** When it is deleted: `before-hook-creation` where none is given. */
  readonly deletePolicies: readonly string[];
  /** When its log is shown. */
  readonly outputLogPolicies: readonly string[];
}

const HOOK = 'helm.sh/hook';

const EVENTS: ReadonlyMap<string, HookEvent> = new Map(
  (
    [
      'pre-install',
      'post-install',
      'pre-delete',
      'post-delete',
      'pre-upgrade',
      'post-upgrade',
      'pre-rollback',
      'post-rollback',
      'test',
    ] as const
  ).map((event) => [event, event]),
);

/** Whether an object is meant to be a hook. */
export const isHook = ({ annotations }: ManifestHead): boolean => Object.hasOwn(annotations, HOOK);

/** The hook that an object is; `undefined` where it has an event that is none. */
export function readHook(head: ManifestHead, path: string, manifest: string): Hook | undefined {
  const events: HookEvent[] = [];
  for (const name of listOf(head, HOOK)) {
    // Helm 2 called tests so.
    const event = name === 'test-success' ? 'test' : EVENTS.get(name);
    if (event === undefined) return undefined;
    events.push(event);
  }
  return {
    name: head.name,
    kind: head.kind,
    path,
    manifest,
    events,
    weight: weightOf(head.annotations['helm.sh/hook-weight'] ?? ''),
    deletePolicies: listOf(head, 'helm.sh/hook-delete-policy'),
    outputLogPolicies: listOf(head, 'helm.sh/hook-output-log-policy'),
  };
}

function listOf({ annotations }: ManifestHead, name: string): string[] {
  const text = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
  return text === undefined ? [] : text.split(',').map((item) => item.trim().toLowerCase());
}

/** What is no number weighs nothing. */
const weightOf = (text: string): number =>
  /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : 0;
