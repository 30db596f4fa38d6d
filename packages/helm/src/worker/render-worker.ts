// The module of the workers that render.
import { serveTasks, type TaskAnswer } from '@gitops-toolkit/core/node';
import type { GoMap } from '@gitops-toolkit/go-template';
import type { RenderResult } from '../output/render-result.ts';
import { RenderCache } from '../render/render-cache.ts';
import { render, type RenderOptions } from '../render/render.ts';
import { fromCloneable } from './cloneable-value.ts';
import { RecordedLookup } from './recorded-lookup.ts';
import type { RenderRequest, RenderSummary } from './render-request.ts';
import { restoreChart } from './shared-chart.ts';

const cache = new RenderCache();

serveTasks({ render: serveRender });

async function serveRender(request: RenderRequest): Promise<TaskAnswer> {
  const { options, answers, path } = request;
  const chart = await restoreChart(request.chart, { dialect: options.dialect ?? 'v4', path });
  const recorded = answers && new RecordedLookup(answers);
  const settings = optionsOf(request, recorded);
  try {
    const result = render(chart, settings);
    if (!recorded || recorded.missing.length === 0) return answerOf(result, settings);
  } catch (error) {
    // A template may have failed for want of what it looked up.
    if (!recorded || recorded.missing.length === 0) throw error;
  }
  return { value: { missing: recorded.missing } satisfies RenderSummary };
}

function optionsOf({ options, values }: RenderRequest, recorded: RecordedLookup | undefined): RenderOptions {
  const { sprig: { now, ...sprig } = {}, ...rest } = options;
  return {
    ...rest,
    cache,
    sprig: { ...sprig, ...(now !== undefined && { now: () => now }) },
    ...(values !== undefined && { values: fromCloneable(values) as GoMap }),
    ...(recorded && { lookup: recorded.lookup }),
  };
}

function answerOf(result: RenderResult, { dialect = 'v4' }: RenderOptions): TaskAnswer {
  const { manifests, hooks, crds, notes, warnings, varies } = result;
  const summary: RenderSummary = {
    dialect,
    notes,
    warnings,
    varies,
    manifestCount: manifests.length,
    hookCount: hooks.length,
  };
  return { value: summary, items: [...manifests, ...hooks, ...crds] };
}
