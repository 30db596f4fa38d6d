import type { Chart } from '../chart/chart.ts';
import { HelmError } from '../errors.ts';
import type { RenderResult } from '../output/render-result.ts';
import { render, type RenderOptions } from '../render/render.ts';
import { renderTemplates } from '../render/render-templates.ts';
import { RenderFailure } from './failure-text.ts';
import { HostAddresses } from './host-addresses.ts';
import { readChart } from './read-chart.ts';
import { readValuesFlags } from './read-values.ts';
import type { TemplateRequest } from './template-request.ts';
import { writeFiles } from './write-files.ts';

/** Where a program's words go. */
export interface Streams {
  readonly print: (text: string) => void;
  readonly warn: (line: string) => void;
}

/** Renders and prints what a command line asks for. @throws HelmError, UsageError */
export async function runTemplate(request: TemplateRequest, { print, warn }: Streams): Promise<void> {
  const { dialect, release, capabilities, skipSchemaValidation, output, outputFolder } = request;
  const values = readValuesFlags(request.values, dialect);
  const chart = await readChart(request);
  const options = {
    dialect,
    release,
    capabilities,
    values,
    skipSchemaValidation,
    // Code for what runs once takes longer to make than the trees to walk.
    mode: 'late',
  } as const;
  const result = await renderOrShow(chart, options, request, print);
  for (const warning of result.warnings) warn(warning.startsWith('This') ? `WARNING: ${warning}` : warning);
  if (outputFolder === undefined) return print(result.toYaml(output));
  for (const file of writeFiles(result, { ...output, folder: outputFolder, cwd: request.cwd })) {
    print(`wrote ${file}\n`);
  }
  // Helm prints what is left for standard output, which is nothing and a line's end.
  print('\n');
}

/** What is no YAML is shown nevertheless to whoever wants to find out why. */
async function renderOrShow(
  chart: Chart,
  options: RenderOptions,
  request: TemplateRequest,
  print: Streams['print'],
): Promise<RenderResult> {
  try {
    return await renderWithHosts(chart, options, request.looksUpHosts);
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    if (!request.debug) throw new RenderFailure(error);
    if (error.code === 'HELM_OUTPUT_INVALID') print(texts(renderTemplates(chart, options)));
    throw error;
  }
}

/** Templates do not wait: where they ask for hosts, these are looked up and all is rendered again. */
async function renderWithHosts(
  chart: Chart,
  options: RenderOptions,
  looksUpHosts: boolean,
): Promise<RenderResult> {
  if (!looksUpHosts) return render(chart, options);
  const hosts = new HostAddresses();
  for (;;) {
    try {
      const result = render(chart, { ...options, sprig: { lookupHost: hosts.lookup } });
      if (!(await hosts.findMissing())) return result;
    } catch (error) {
      if (!(await hosts.findMissing())) throw error;
    }
  }
}

function texts(files: ReadonlyMap<string, string>): string {
  const shown = [...files]
    .filter(([name, text]) => !name.endsWith('NOTES.txt') && text.trim() !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `---\n# Source: ${name}\n${text}\n`)
    .join('');
  return `${shown.trim()}\n`;
}
