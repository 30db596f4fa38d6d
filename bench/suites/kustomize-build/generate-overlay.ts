import { SeededRandom } from '../../seeded-random.ts';

/** Objects of each application, and with them what refers to what. */
const PER_APP = 5;

/** The folder of the overlay that is to be built. */
export const OVERLAY = 'overlays/production';

/**
 * A base with applications of five objects each that refer to each other by name, and an overlay that renames,
 * labels and patches them: a strategic patch for each application, and one JSON patch for all Deployments.
 *
 * @param resources how many resources come out: a multiple of five
 */
export function generateOverlay(resources: number, seed = 1): Map<string, string> {
  const random = new SeededRandom(seed);
  const apps = Array.from({ length: resources / PER_APP }, (_, index) => `app-${index}`);
  const files = new Map<string, string>();
  for (const app of apps) {
    files.set(`base/${app}.yaml`, application(app, random));
    files.set(`${OVERLAY}/scale-${app}.yaml`, scalePatch(app, random));
  }
  files.set('base/kustomization.yaml', baseKustomization(apps));
  files.set(`${OVERLAY}/kustomization.yaml`, overlayKustomization(apps));
  return files;
}

function baseKustomization(apps: readonly string[]): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
${apps.map((app) => `- ${app}.yaml\n`).join('')}labels:
- pairs:
    app.kubernetes.io/part-of: shop
  includeSelectors: true
  includeTemplates: true
`;
}

function overlayKustomization(apps: readonly string[]): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: production
namePrefix: prod-
resources:
- ../../base
commonAnnotations:
  contact: platform@example.com
images:
- name: registry.example.com/shop/server
  newTag: v2.14.1
patches:
${apps.map((app) => `- path: scale-${app}.yaml\n`).join('')}- target:
    kind: Deployment
  patch: |-
    - op: add
      path: /spec/template/spec/containers/0/env/-
      value: {name: REGION, value: eu-central}
    - op: replace
      path: /spec/revisionHistoryLimit
      value: 3
`;
}

function scalePatch(app: string, random: SeededRandom): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
spec:
  replicas: ${2 + random.below(8)}
  template:
    spec:
      containers:
      - name: server
        env:
        - name: LOG_LEVEL
          value: ${random.pick(['info', 'warn', 'error'])}
        resources:
          limits:
            memory: ${128 << random.below(4)}Mi
`;
}

function application(app: string, random: SeededRandom): string {
  const port = 8000 + random.below(1000);
  return `apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${app}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${app}-settings
data:
  endpoint: https://${app}.example.com/api
  features: "${random.text(24)}"
  settings.ini: |
    [server]
    port = ${port}
    token = ${random.text(32)}
    [limits]
    requests = ${random.below(1000)}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
  labels:
    app: ${app}
spec:
  replicas: 1
  revisionHistoryLimit: 10
  selector:
    matchLabels:
      app: ${app}
  template:
    metadata:
      labels:
        app: ${app}
    spec:
      serviceAccountName: ${app}
      containers:
      - name: server
        image: registry.example.com/shop/server:v1
        args: ["--port", "${port}", "--config", /etc/${app}/settings.ini]
        ports:
        - name: http
          containerPort: ${port}
        env:
        - name: LOG_LEVEL
          value: debug
        - name: ENDPOINT
          valueFrom:
            configMapKeyRef:
              name: ${app}-settings
              key: endpoint
        readinessProbe:
          httpGet:
            path: /ready
            port: http
        resources:
          requests:
            cpu: ${50 + random.below(200)}m
            memory: 64Mi
        volumeMounts:
        - name: settings
          mountPath: /etc/${app}
      volumes:
      - name: settings
        configMap:
          name: ${app}-settings
---
apiVersion: v1
kind: Service
metadata:
  name: ${app}
spec:
  selector:
    app: ${app}
  ports:
  - name: http
    port: 80
    targetPort: http
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${app}
  annotations:
    example.com/rate: "${random.below(500)}"
spec:
  rules:
  - host: ${app}.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: ${app}
            port:
              name: http
`;
}
