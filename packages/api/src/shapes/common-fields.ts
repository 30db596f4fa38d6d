import { boolean, integer, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type { PrinterColumn } from '../resource-definition.ts';

/** `spec.suspend` of every reconciled kind. */
export function suspend(): Type<boolean> {
  return boolean('Whether to leave everything as it is until this is taken back. Deletion still goes ahead.');
}

/** `status.observedGeneration` of every reconciled kind: -1 before the first reconciliation. */
export function observedGeneration(): Type<number> {
  return integer('The generation of the object that the status speaks of.');
}

/** `status.lastHandledReconcileAt` of every kind that can be asked to reconcile at once. */
export function lastHandledReconcileAt(): Type<string> {
  return string('The value of the annotation `reconcile.fluxcd.io/requestedAt` that was last acted upon.');
}

/** What `kubectl get` shows of every reconciled kind. */
export const readyColumns: readonly PrinterColumn[] = [
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
];
