import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startBinaries } from '../../binaries/start-binaries.ts';
import { startEmbedded } from '../../embedded/start-embedded.ts';
import type { TestServer } from '../../test-server.ts';
import { findKubectl, Kubectl } from './kubectl.ts';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios.ts';

const program = findKubectl();
const hasRealServer = (process.env['KUBEBUILDER_ASSETS'] ?? '') !== '';

// It takes both servers at once, so TEST_TARGET plays no part: it runs where the real one is to be had.
describe.skipIf(!hasRealServer || program === undefined)('kubectl', () => {
  let servers: TestServer[] = [];
  let sides: [embedded: Kubectl, real: Kubectl];

  beforeAll(async () => {
    // No controllers run beside the real server.
    servers = await Promise.all([
      startEmbedded({ controllers: false, authorization: 'rbac' }),
      startBinaries(),
    ]);
    const [embedded, real] = servers.map((server) => Kubectl.against(server, program ?? ''));
    sides = await Promise.all([embedded!, real!]);
  });
  afterAll(async () => {
    for (const side of sides) await side[Symbol.asyncDispose]();
    for (const server of servers) await server.stop();
  });

  it.each(scenarios)(
    'prints the same against both servers: $name',
    async (scenario) => {
      const [printed, wanted] = await Promise.all(sides.map((side) => runScenario(side, scenario)));
      expect(printed).toEqual(wanted);
    },
    180_000,
  );
});
