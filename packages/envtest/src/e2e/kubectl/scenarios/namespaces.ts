import { type Scenario, script } from '../scenario.ts';

/** Namespaces, and events. */
export const namespaces: Scenario = {
  name: 'namespaces',
  files: {
    'team.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {owner: a}}\n',
    'events.yaml': `
apiVersion: v1
kind: Event
metadata: {name: started}
involvedObject: {kind: Pod, name: web, namespace: namespaces, apiVersion: v1}
reason: Started
message: Started container web
type: Normal
source: {component: kubelet, host: node-1}
firstTimestamp: '2026-01-01T00:00:00Z'
lastTimestamp: '2026-01-01T01:00:00Z'
count: 3
---
apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: failed}
regarding: {kind: Deployment, name: web, namespace: namespaces, apiVersion: apps/v1}
reason: Failed
note: something failed
type: Warning
action: Rolling
reportingController: example.com/controller
reportingInstance: controller-1
eventTime: '2026-01-01T02:00:00.000000Z'
`,
  },
  steps: script`
    create namespace first
    create namespace first
    apply -f team.yaml
    get namespace first team
    get namespace team -o yaml
    describe namespace team
    create configmap a -n team --from-literal=a=1
    get configmaps -n team
    get configmaps -A --field-selector metadata.namespace=team,metadata.name=a
    delete namespace first team --wait=false
    get namespace team -o yaml
    get namespace team
    create configmap b -n team
    apply -f team.yaml
    get configmaps -n team
    delete namespace team --wait=false
    create -f events.yaml
    get events
    get events -o wide
    get events started -o yaml
    get events.events.k8s.io started -o yaml
    get events failed -o yaml
    get events --field-selector involvedObject.name=web,type=Warning
    get events --field-selector reason=Started -o name
    events
    events --for pod/web
    describe event started
    delete events --all
  `,
};
