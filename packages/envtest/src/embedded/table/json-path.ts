import { getOwn, isRecord } from '@gitops-toolkit/core';

type Step = (values: readonly unknown[]) => unknown[];

/**
 * Compiles the subset of JSONPath that printer columns and `kubectl` use: `.a.b`, `['a']`, `[0]`, `[-1]`,
 * `[*]`, `.*` and `[?(@.type=="Ready")]`. Paths outside of it find nothing.
 */
export function compileJsonPath(path: string): (value: unknown) => unknown[] {
  const steps = parseSteps(path.replace(/^\{?\$?/, '').replace(/\}$/, ''));
  return (value) => steps?.reduce<readonly unknown[]>((values, step) => step(values), [value]).slice() ?? [];
}

const STEP =
  /^(?:\.?\[\?\(\s*@([^=!<>]*?)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)\]|\.?\[\s*(?:'([^']*)'|"([^"]*)")\s*\]|\.?\[(\*|-?\d+)\]|\.(\*)|\.((?:[^.[\\]|\\.)+))/;

function parseSteps(path: string): Step[] | undefined {
  const steps: Step[] = [];
  for (let rest = path; rest !== '' && rest !== '.';) {
    const match = STEP.exec(rest.startsWith('.') || rest.startsWith('[') ? rest : `.${rest}`);
    if (!match) return undefined;
    const [, filterPath, operator, double, single, bare, quoted1, quoted2, index, wildcard, name] = match;
    if (filterPath !== undefined)
      steps.push(filter(filterPath, operator === '==', double ?? single ?? bare ?? ''));
    else if (index === '*' || wildcard !== undefined)
      steps.push((values) => values.flatMap((value) => childrenOf(value)));
    else if (index !== undefined) steps.push(item(Number(index)));
    else steps.push(field(quoted1 ?? quoted2 ?? (name ?? '').replace(/\\(.)/g, '$1')));
    rest = (rest.startsWith('.') || rest.startsWith('[') ? rest : `.${rest}`).slice(match[0].length);
  }
  return steps;
}

const field =
  (name: string): Step =>
  (values) =>
    values.map((value) => getOwn(value, name)).filter((value) => value !== undefined);

const item =
  (index: number): Step =>
  (values) =>
    values.flatMap((value) => (Array.isArray(value) ? value.slice(index).slice(0, 1) : []));

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function filter(path: string, equal: boolean, wanted: string): Step {
  const read = compileJsonPath(path);
  return (values) =>
    values
      .flatMap((value) => childrenOf(value))
      .filter((value) => {
        const found = read(value)[0];
        const text =
          typeof found === 'object' || found === undefined
            ? undefined
            : String(found as string | number | boolean);
        return (text === wanted) === equal;
      });
}
