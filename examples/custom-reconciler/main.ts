import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
import { jsonLogger, manager, terminationSignal } from '@gitops-toolkit/runtime';
import { siteController } from './site.ts';

await using client = new KubeClient(await loadKubeconfig());
const sites = manager({
  name: 'site-controller',
  client,
  controllers: [siteController],
  logger: jsonLogger(),
});
await sites.run(terminationSignal());
