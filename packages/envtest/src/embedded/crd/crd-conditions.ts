/** A condition without its time. */
export interface ConditionState {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Sets a condition in a status; its time moves only when its status does. */
export function setCondition(status: Record<string, unknown>, state: ConditionState, now: string): void {
  const conditions = (status['conditions'] ?? []) as (ConditionState & { lastTransitionTime?: string })[];
  const index = conditions.findIndex(({ type }) => type === state.type);
  const old = conditions[index];
  const lastTransitionTime = old?.status === state.status ? (old.lastTransitionTime ?? now) : now;
  const { type, reason, message } = state;
  const condition = { type, status: state.status, lastTransitionTime, reason, message };
  const next = [...conditions];
  if (index < 0) next.push(condition);
  else next[index] = condition;
  status['conditions'] = next;
}
