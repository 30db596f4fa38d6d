/** The files of one application's repository: four objects, with variables for the substitution. */
export function applicationFiles(release: string): Record<string, string> {
  return {
    'deploy/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [account.yaml, deployment.yaml, service.yaml, ingress.yaml]
`,
    'deploy/account.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: \${app}
automountServiceAccountToken: false
`,
    'deploy/deployment.yaml': deployment(release),
    'deploy/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: \${app}
spec:
  selector:
    app: \${app}
  ports:
  - name: http
    port: 80
    targetPort: http
`,
    'deploy/ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: \${app}
spec:
  rules:
  - host: \${app}.\${domain:=example.com}
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: \${app}
            port:
              name: http
`,
  };
}

function deployment(release: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: \${app}
  labels:
    app: \${app}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: \${app}
  template:
    metadata:
      labels:
        app: \${app}
    spec:
      serviceAccountName: \${app}
      containers:
      - name: server
        image: registry.example.com/\${app}:${release}
        ports:
        - name: http
          containerPort: 8080
        env:
        - name: DOMAIN
          value: \${domain:=example.com}
        resources:
          requests:
            cpu: 100m
            memory: 64Mi
`;
}
