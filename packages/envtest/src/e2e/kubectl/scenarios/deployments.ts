import { type Scenario, script } from '../scenario.ts';

const web = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
  annotations: {note: first}
spec:
  replicas: 2
  revisionHistoryLimit: 3
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 1}}
  template:
    metadata: {labels: {app: web, tier: front}, annotations: {checksum: abc}}
    spec:
      serviceAccountName: web
      nodeSelector: {disk: ssd}
      tolerations: [{key: dedicated, operator: Equal, value: web, effect: NoSchedule}]
      initContainers:
      - {name: prepare, image: 'prepare:1.0', command: [sh, -c, 'echo ready']}
      containers:
      - name: web
        image: web:1.0
        args: [--verbose]
        ports: [{containerPort: 80, name: http}]
        env:
        - {name: MODE, value: production}
        - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: secret, key: token, optional: true}}}
        - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        envFrom: [{configMapRef: {name: settings}}]
        resources: {requests: {cpu: 0.1, memory: 64Mi}, limits: {memory: 128Mi}}
        livenessProbe: {httpGet: {path: /live, port: http}, initialDelaySeconds: 5}
        readinessProbe: {httpGet: {path: /ready, port: http}}
        volumeMounts: [{name: settings, mountPath: /etc/settings, readOnly: true}]
      - {name: side, image: 'side@sha256:0000000000000000000000000000000000000000000000000000000000000000'}
      volumes:
      - {name: settings, configMap: {name: settings}}
      - {name: cache, emptyDir: {sizeLimit: 1Gi}}
`;

const rolledOut = (generation: number, replicas: number): string =>
  JSON.stringify({
    status: {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
          lastUpdateTime: '2026-01-01T00:00:00Z',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    },
  });

/** The life of a Deployment. Its status is written by hand: no controller runs. */
export const deployments: Scenario = {
  name: 'deployments',
  files: {
    'web.yaml': web,
    'web-2.yaml': web.replace('image: web:1.0', 'image: web:2.0').replace('note: first', 'note: second'),
    'web-3.yaml': web
      .replace('  revisionHistoryLimit: 3\n', '')
      .replace('{name: MODE, value: production}', '{name: MODE, value: test}'),
  },
  steps: [
    ...script`
      apply -f web.yaml --dry-run=server
      apply -f web.yaml --dry-run=client
      diff -f web.yaml
      apply -f web.yaml
      apply -f web.yaml
      diff -f web.yaml
      get deployments
      get deployments -o wide
      get deploy/web -o yaml --show-managed-fields
      get deployment web -o json
      get deployments -o name
      get deployments --show-labels
      get deployments -L app,tier
      get deployments -A -l app=web
      get deployment web -o jsonpath={.spec.template.spec.containers[*].image}
      get deployments -o custom-columns=NAME:.metadata.name,IMAGES:.spec.template.spec.containers[*].image
      get deployments --sort-by=.metadata.name
      get deployments --field-selector metadata.name=web
      get deployments --field-selector spec.replicas=2
      describe deployment web
      diff -f web-2.yaml
      apply -f web-2.yaml
      apply -f web-3.yaml
      get deployment web -o yaml
      rollout status deployment/web --watch=false
      scale deployment web --replicas=3
      scale deployment web --replicas=4 --current-replicas=9
      scale -f web.yaml --replicas=5 --current-replicas=3
      scale deployment nobody --replicas=1
      get deployment web -o jsonpath={.metadata.generation}
    `,
    `patch deployment web --subresource=status --type=merge -p '${rolledOut(4, 5)}'`,
    ...script`
      get deployment web
      get deployment web --subresource=status -o yaml
      get deployment web --subresource=scale -o yaml
      get deployment web --subresource=scale
    `,
    `patch deployment web --subresource=status --type=merge -p '${rolledOut(5, 5)}'`,
    ...script`
      rollout status deployment/web --timeout=5s
      wait deployment/web --for=condition=Available --timeout=5s
      wait deployment/web --for=condition=Progressing --timeout=1s
      wait deployment/web --for=jsonpath={.status.readyReplicas}=5 --timeout=5s
      wait deployment/nobody --for=condition=Available --timeout=1s
      describe deployment web
      set image deployment/web web=web:4.0
      set env deployment/web MODE=debug EXTRA=1
      set resources deployment/web -c web --limits=cpu=200m,memory=512Mi
      set serviceaccount deployment web other
      rollout pause deployment/web
      rollout pause deployment/web
      rollout status deployment/web --watch=false
      rollout restart deployment/web
      rollout resume deployment/web
      rollout history deployment/web
      rollout undo deployment/web
      label deployment web tier=front
      label deployment web tier=back
      label deployment web tier=back --overwrite
      label deployment web tier-
      label deployment web 'bad key=1'
      annotate deployment web note=third
      annotate deployment web note=third --overwrite
      annotate deployment web note-
      patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:2"}]}}}}'
      patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":1}]'
      patch deployment web --type=json -p '[{"op":"remove","path":"/spec/nothing"}]'
      patch deployment web --type=merge -p '{"spec":{"minReadySeconds":5}}'
      patch deployment web --type=merge -p '{"spec":{"replicas":"many"}}'
      patch deployment web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'
      patch deployment web -p '{"spec":{"template":{"metadata":{"labels":{"app":"other"}}}}}'
      patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","ports":[{"containerPort":80,"protocol":"TCP","name":"web"},{"containerPort":443}]}]}}}}'
      get deployment web -o yaml
      expose deployment web --port=80 --target-port=http
      autoscale deployment web --min=1 --max=4 --cpu=80%
      get hpa,svc
      describe hpa web
      describe service web
      delete deployment web
      delete deployment web
      delete deployment web --ignore-not-found
      get deployments
    `,
  ],
};
