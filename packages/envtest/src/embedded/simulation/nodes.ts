import type { ControllerContext } from '../controllers/controller.ts';

/** Creates the nodes that Pods are bound to. */
export function createNodes(
  { client, engine }: ControllerContext,
  names: readonly string[],
  version: string,
): void {
  for (const name of names) {
    const node = client.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
        },
      },
      spec: {},
    });
    if (!node) continue;
    client.update(node, (draft) => void (draft['spec'] = {}));
    const now = engine.now();
    const resources = { cpu: '8', memory: '32Gi', pods: '110' };
    client.updateStatus(node, (draft) => {
      draft['status'] = {
        capacity: resources,
        allocatable: resources,
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            lastHeartbeatTime: now,
            lastTransitionTime: now,
            reason: 'KubeletReady',
            message: 'kubelet is posting ready status',
          },
        ],
        addresses: [
          { type: 'InternalIP', address: '192.0.2.1' },
          { type: 'Hostname', address: name },
        ],
        nodeInfo: {
          kubeletVersion: version,
          osImage: 'simulated',
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      };
    });
  }
}
