// The packages' answers to what main.go is asked.
import { sprigFunctions, TemplateError, TemplateSet, toBytes } from '../../packages/go-template/src/index.ts';
import { loadChart, renderTemplates } from '../../packages/helm/src/index.ts';
import { DATA } from '../fuzz/go-template/random-template.ts';

/** What a template came to. */
export interface Answer {
  readonly output: string;
  readonly error?: string;
}

const LIMITS = { maxOutput: 1 << 20, maxWork: 16 << 20 };

/** `text/template` with sprig. */
export function answerGo(template: string): Answer {
  const set = new TemplateSet({ functions: sprigFunctions({ localZone: 'UTC' }) });
  try {
    return { output: asJson(set.parse('t', template).execute('t', structuredClone(DATA), LIMITS)) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw new Error(JSON.stringify(template), { cause: error });
    return { output: asJson(error.output), error: asJson(error.message) };
  }
}

/** Helm's engine on a chart with one template. */
export async function answerHelm(template: string): Promise<Answer> {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: "1.16.0"\n',
    'values.yaml': JSON.stringify(DATA),
    'templates/t.yaml': template,
  };
  const encoder = new TextEncoder();
  try {
    const list = Object.entries(files).map(([name, text]) => ({ name, data: encoder.encode(text) }));
    const chart = await loadChart(list, { dialect: 'v3' });
    const release = { name: 'rel', namespace: 'ns' };
    const texts = renderTemplates(chart, {
      dialect: 'v3',
      release,
      capabilities: { kubeVersion: 'v1.31.0' },
      sprig: { localZone: 'UTC' },
      limits: LIMITS,
    });
    return { output: asJson(texts.get('c/templates/t.yaml') ?? '') };
  } catch (error) {
    return { output: '', error: asJson((error as Error).message) };
  }
}

/** Bytes that are no characters, as JSON has them. */
function asJson(text: string): string {
  return new TextDecoder().decode(toBytes(text));
}
