import { type Scenario, script } from '../scenario.ts';

const pod = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  serviceAccountName: web
  terminationGracePeriodSeconds: 5
  initContainers:
  - {name: proxy, image: 'proxy:1.0', restartPolicy: Always}
  containers:
  - name: web
    image: web
    ports: [{containerPort: 80, hostPort: 8080}]
    resources: {requests: {cpu: 1500m, memory: 1.5Gi}, limits: {cpu: '2', memory: 2Gi}}
    securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}
    startupProbe: {exec: {command: [cat, /tmp/started]}, failureThreshold: 30}
    livenessProbe: {tcpSocket: {port: 80}}
    readinessProbe: {grpc: {port: 9000}}
    lifecycle: {preStop: {exec: {command: [sleep, '5']}}}
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 10
        podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {app: web}}}
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
  volumes:
  - {name: secret, secret: {secretName: secret}}
  - {name: claim, persistentVolumeClaim: {claimName: data}}
  - {name: host, hostPath: {path: /var/log}}
  - name: all
    projected: {sources: [{configMap: {name: settings}}, {serviceAccountToken: {path: token}}, {downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}]}
`;

const running = JSON.stringify({
  status: {
    phase: 'Running',
    podIP: '10.1.0.5',
    podIPs: [{ ip: '10.1.0.5' }],
    hostIP: '10.0.0.1',
    startTime: '2026-01-01T00:00:00Z',
    conditions: [
      { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
      { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
    containerStatuses: [
      {
        name: 'web',
        image: 'web',
        imageID: 'web@sha256:0',
        ready: true,
        started: true,
        restartCount: 2,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
        lastState: {
          terminated: {
            exitCode: 137,
            reason: 'OOMKilled',
            startedAt: '2025-12-31T00:00:00Z',
            finishedAt: '2026-01-01T00:00:00Z',
          },
        },
      },
    ],
  },
});

/** Pods, as far as they go without a kubelet. */
export const pods: Scenario = {
  name: 'pods',
  files: { 'pod.yaml': pod },
  steps: [
    ...script`
      apply -f pod.yaml
      get pod web -o yaml
      get pods
      get pods -o wide
      describe pod web
      run task --image=task:1.0 --restart=Never --env=A=1 --labels=app=task,tier=back -- sleep 10
      run web --image=web
      get pods -l 'app in (task,none)'
      get pods -l app!=web -o name
      get pods --field-selector status.phase=Pending,spec.restartPolicy=Never
      get pods --field-selector spec.nodeName=
      get pods --field-selector spec.image=web
      get pods --field-selector status.phase
      get pods -l 'app in (task'
      label pods --all batch=1
      label pods -l app=task tier-
      patch pod web -p '{"spec":{"containers":[{"name":"web","image":"web:2"}]}}'
      patch pod web -p '{"spec":{"containers":[{"name":"web","command":["other"]}]}}'
      patch pod web -p '{"spec":{"restartPolicy":"Never"}}'
      patch pod web -p '{"spec":{"nodeName":"node-1"}}'
      patch pod web -p '{"spec":{"activeDeadlineSeconds":100}}'
      logs web
      logs nobody
      exec nobody -- date
    `,
    `patch pod web --subresource=status --type=merge -p '${running}'`,
    ...script`
      get pods
      get pods -o wide
      wait pod/web --for=condition=Ready --timeout=5s
      describe pod web
      top pods
      delete pod task
      delete pod web --wait=false
      get pod web -o jsonpath={.metadata.deletionGracePeriodSeconds}
      get pods
      delete pod web --force
      get pods
      get pods -A -l app=nothing
      get pod web nobody
    `,
  ],
};
