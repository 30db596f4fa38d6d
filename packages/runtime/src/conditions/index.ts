/** Reading and writing `status.conditions`, made so that calls read aloud. @module */
export {
  type Condition,
  type ConditionStatus,
  healthyCondition,
  readyCondition,
  reconcilingCondition,
  stalledCondition,
} from './condition.ts';
export {
  get,
  has,
  isFalse,
  isReady,
  isReconciling,
  isStalled,
  isTrue,
  isUnknown,
  messageOf,
  reasonOf,
} from './get.ts';
export { type ConditionChange, ConditionsPatch } from './three-way.ts';
export {
  markFalse,
  markProgressing,
  markReconciling,
  markStalled,
  markTrue,
  markUnknown,
  remove,
  remove as delete,
  set,
  type SetConditionOptions,
} from './set.ts';
export { aggregate, mirror, type SummaryOptions, summarize } from './summary.ts';
