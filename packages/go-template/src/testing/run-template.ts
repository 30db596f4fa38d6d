import { TemplateError } from '../errors.ts';
import type { ExecutionLimits } from '../execute/limits.ts';
import { sprigFunctions, type SprigOptions } from '../sprig/sprig.ts';
import { TemplateSet, type TemplateSetOptions } from '../template-set.ts';

/** What a template came to. */
export interface TemplateResult {
  readonly output: string;
  readonly error?: string;
}

/** How a template of a test is run. */
export interface RunTemplateOptions extends Pick<TemplateSetOptions, 'missingKey' | 'functions'> {
  /** Templates that are parsed before. */
  readonly files?: Readonly<Record<string, string>>;
  readonly sprig?: SprigOptions;
  readonly limits?: ExecutionLimits;
}

/** Runs a template named `t`, with sprig: compiled and interpreted, which have to come to the same. */
export function runTemplate(
  template: string,
  data: unknown = {},
  options: RunTemplateOptions = {},
): TemplateResult {
  const compiled = runIn('compiled', template, structuredClone(data), options);
  const interpreted = runIn('interpreted', template, structuredClone(data), options);
  if (JSON.stringify(compiled) !== JSON.stringify(interpreted)) {
    throw new Error(`compiled: ${JSON.stringify(compiled)}\ninterpreted: ${JSON.stringify(interpreted)}`);
  }
  return compiled;
}

function runIn(
  mode: 'compiled' | 'interpreted',
  template: string,
  data: unknown,
  { missingKey, functions, files = {}, sprig = {}, limits = {} }: RunTemplateOptions,
): TemplateResult {
  // Chance gives both the same.
  let next = 0;
  const random = (count: number) => Uint8Array.from({ length: count }, () => (next = (next * 73 + 41) % 251));
  const all = { ...sprigFunctions({ localZone: 'UTC', random, ...sprig }), ...functions };
  const set = new TemplateSet({ mode, functions: all, ...(missingKey && { missingKey }) });
  try {
    for (const [name, text] of Object.entries(files)) set.parse(name, text);
    return { output: set.parse('t', template).execute('t', data, limits) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { output: error.output, error: error.message };
  }
}

/** The output of a template that must not fail. */
export function render(template: string, data: unknown = {}, options: RunTemplateOptions = {}): string {
  const { output, error } = runTemplate(template, data, options);
  if (error !== undefined) throw new Error(error);
  return output;
}

/** What is wrong with a template that must fail, without where. */
export function failure(template: string, data: unknown = {}, options: RunTemplateOptions = {}): string {
  const { error } = runTemplate(template, data, options);
  if (error === undefined) throw new Error(`it did not fail: ${template}`);
  return error.replace(/^template: (?:t:[\d:]+: )?(?:executing "t" at <.*?>: )?/, '');
}
