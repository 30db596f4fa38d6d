/** One field that is wrong, as the server's own validation would say it. */
export interface FieldProblem {
  /** The path of the field: `spec.domain`. */
  readonly field: string;
  readonly message: string;
}

/** What a denied request is answered with. */
export interface DenialOptions {
  /** The HTTP status. @default 403 */
  readonly code?: number;
  /** A word for programs, as Kubernetes has them: `Forbidden`, `Conflict`, `Invalid`. @default by the code */
  readonly reason?: string;
}

/** A request that a handler does not let through. */
export class Denial {
  readonly message: string;
  readonly code: number;
  readonly reason: string;
  readonly problems: readonly FieldProblem[];

  constructor(
    message: string,
    options: DenialOptions & { readonly problems?: readonly FieldProblem[] } = {},
  ) {
    const { code = 403, problems = [] } = options;
    this.message = message;
    this.code = code;
    this.reason = options.reason ?? REASONS[code] ?? '';
    this.problems = problems;
  }

  /** The `status` of a response. */
  get status(): Record<string, unknown> {
    const { message, code, reason, problems } = this;
    const causes = problems.map((each) => ({ reason: 'FieldValueInvalid', ...each }));
    return {
      status: 'Failure',
      code,
      message,
      ...(reason !== '' && { reason }),
      ...(causes.length > 0 && { details: { causes } }),
    };
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Gone',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/**
 * Refuses a request: what a handler returns. The user reads `admission webhook "…" denied the request: <message>`.
 *
 * @example
 * ```ts
 * import { deny } from '@gitops-toolkit/runtime/webhooks';
 * console.log(deny('sites are frozen until Monday').reason); // Forbidden
 * ```
 */
export function deny(message: string, options: DenialOptions = {}): Denial {
  return new Denial(message, options);
}

/**
 * Refuses an object for what some of its fields say, as the server's own validation does: status 422, each field a cause.
 *
 * @example
 * ```ts
 * import { invalid } from '@gitops-toolkit/runtime/webhooks';
 * console.log(invalid([{ field: 'spec.domain', message: 'must be public' }]).message); // spec.domain: must be public
 * ```
 */
export function invalid(problems: readonly FieldProblem[]): Denial {
  const message = problems.map((each) => `${each.field}: ${each.message}`).join(', ');
  return new Denial(message, { code: 422, problems });
}
