import * as all from './index.ts';

/**
 * Reading and writing `status.conditions`, made so that calls read aloud.
 *
 * @example
 * ```ts
 * import { conditions } from '@gitops-toolkit/runtime';
 * const site = { apiVersion: 'example.com/v1', kind: 'Site', metadata: { name: 'shop', generation: 2 } };
 * conditions.markTrue(site, 'Ready', 'Succeeded', 'it answers');
 * console.log(conditions.isReady(site)); // true
 * ```
 */
export const conditions: typeof all = all;
