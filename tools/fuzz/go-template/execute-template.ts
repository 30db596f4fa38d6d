import {
  type ExecutionMode,
  sprigFunctions,
  TemplateError,
  TemplateSet,
} from '../../../packages/go-template/src/index.ts';

/** What a template came to. */
export interface TemplateAnswer {
  readonly output: string;
  readonly error?: string;
}

const LIMITS = { maxOutput: 1 << 20, maxIterations: 100_000, maxWork: 4 << 20, maxKeys: 2 };
const random = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => (i * 73 + 41) % 251);
const functions = sprigFunctions({ localZone: 'UTC', now: () => 1e12, random });

/** Runs a template with sprig; throws what is no failure of a template. */
export function executeTemplate(text: string, data: unknown, mode: ExecutionMode): TemplateAnswer {
  const set = new TemplateSet({ mode, functions });
  try {
    return { output: set.parse('t', text).execute('t', structuredClone(data), LIMITS) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { output: error.output, error: error.message };
  }
}
