import type { ErrorMessage } from './error-message.ts';
import type { PackedItems, PackLimits } from './packed-items.ts';

/** What a worker is asked. */
export interface TaskRequest {
  readonly task: string;
  readonly input: unknown;
  readonly limits: PackLimits;
}

/** What a worker says: once that it is there, then one answer to each request. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly answer: PackedItems }
  | { readonly type: 'failure'; readonly error: ErrorMessage };
