import process from 'node:process';
import { misconfigured } from './errors.ts';
import type { IdentityOptions } from './identity-options.ts';

/** A variable of the environment; `undefined` where it is not set or empty. */
export function variable(options: IdentityOptions, name: string): string | undefined {
  const value = (options.environment ?? process.env)[name];
  return value === undefined || value === '' ? undefined : value;
}

/** The token in a file that the platform renews: read anew each time. */
export async function readTokenFile(options: IdentityOptions, path: string): Promise<string> {
  const read = options.readFile ?? (await fileReader());
  let text: string;
  try {
    text = (await read(path)).trim();
  } catch (error) {
    const { code = 'unreadable' } = error as { code?: string };
    throw misconfigured(`cannot read the token in ${path}: ${code}`);
  }
  if (text === '') throw misconfigured(`the token in ${path} is empty`);
  return text;
}

async function fileReader(): Promise<(path: string) => Promise<string>> {
  const { readFile } = await import('node:fs/promises');
  return (path) => readFile(path, 'utf8');
}
