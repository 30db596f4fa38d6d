import { errorMessage, type Logger } from '@gitops-toolkit/core';

import type { HttpAnswer } from './operations-server.ts';

/** Throws where something is not as it has to be. */
export type HealthCheck = () => void | Promise<void>;

/** Checks by name. */
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

/**
 * Answers as Kubernetes' own components do: `ok`, or a line for each check with `?verbose` and where
 * one fails. `?exclude=` leaves a check out. Why one fails is logged and not told: probes are open
 * to whoever reaches the port.
 */
export function answerHealth(
  endpoint: string,
  checks: HealthChecks,
  logger: Logger,
): (url: URL) => Promise<HttpAnswer> {
  return async (url) => {
    const excluded = new Set(url.searchParams.getAll('exclude'));
    const names = Object.keys(checks).toSorted();
    const lines = await Promise.all(
      names.map((name) => runCheck(name, excluded.has(name) ? undefined : checks[name], logger)),
    );
    const failed = lines.some((line) => line.startsWith('[-]'));
    if (!failed && !url.searchParams.has('verbose')) return { status: 200, body: 'ok' };
    lines.push(`${endpoint} check ${failed ? 'failed' : 'passed'}`);
    return { status: failed ? 500 : 200, body: `${lines.join('\n')}\n` };
  };
}

async function runCheck(name: string, check: HealthCheck | undefined, logger: Logger): Promise<string> {
  if (!check) return `[+]${name} excluded: ok`;
  try {
    await check();
    return `[+]${name} ok`;
  } catch (error) {
    logger.error('a health check failed', { check: name, error, reason: errorMessage(error) });
    return `[-]${name} failed: reason withheld`;
  }
}
