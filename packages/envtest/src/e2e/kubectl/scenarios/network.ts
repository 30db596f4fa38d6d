import { type Scenario, script } from '../scenario.ts';

const objects = `
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: web}, {name: metrics, port: 9090}]
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: balanced}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 443, protocol: TCP}], loadBalancerSourceRanges: [10.0.0.0/8]}
---
apiVersion: v1
kind: Service
metadata: {name: alias}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 53, protocol: UDP}], publishNotReadyAddresses: true}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {example.com/rewrite: /}}
spec:
  ingressClassName: public
  defaultBackend: {service: {name: web, port: {number: 80}}}
  tls: [{hosts: [web.example.com], secretName: tls}]
  rules:
  - host: web.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
  - host: other.example.com
    http: {paths: [{path: /api, pathType: Exact, backend: {service: {name: api, port: {number: 8080}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: public, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}
spec: {controller: example.com/ingress}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 80}]}]
  egress: [{}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080}]
endpoints: [{addresses: [10.2.0.1], conditions: {ready: true}}, {addresses: [10.2.0.2]}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: manual}
subsets: [{addresses: [{ip: 10.2.0.1}, {ip: 10.2.0.2}], ports: [{name: http, port: 8080}]}]
`;

/** Services, Ingresses and what stands behind them. */
export const network: Scenario = {
  name: 'network',
  files: { 'network.yaml': objects },
  steps: script`
    apply -f network.yaml
    apply -f network.yaml
    get services
    get services -o wide
    get ingresses,networkpolicies,endpointslices,endpoints
    get ingressclass public
    get service web -o yaml
    get service outside -o yaml
    get service balanced -o yaml
    get service alias -o yaml
    get service headless -o yaml
    get ingress web -o yaml
    get ingressclass public -o yaml
    get networkpolicy web -o yaml
    get endpointslice web-1 -o yaml
    get endpoints manual -o yaml
    describe service web
    describe service outside
    describe service balanced
    describe service alias
    describe service headless
    describe ingress web
    describe ingressclass public
    describe networkpolicy web
    describe endpointslice web-1
    describe endpoints manual
    patch service web -p '{"spec":{"clusterIP":"10.96.9.9"}}'
    patch service web -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'
    patch service web -p '{"spec":{"type":"NodePort"}}'
    get service web -o yaml
    patch service web -p '{"spec":{"type":"ClusterIP"}}'
    patch service web -p '{"spec":{"type":"ExternalName","externalName":"example.com"}}'
    patch service web -p '{"spec":{"sessionAffinity":"ClientIP"}}'
    get service web -o yaml
    patch service web -p '{"spec":{"type":"Wrong"}}'
    patch service outside -p '{"spec":{"ports":[{"port":80,"nodePort":30001}]}}'
    patch service outside -p '{"spec":{"ports":[{"port":80,"nodePort":80}]}}'
    patch service balanced --subresource=status --type=merge -p '{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}'
    patch ingress web --subresource=status --type=merge -p '{"status":{"loadBalancer":{"ingress":[{"hostname":"lb.example.com"}]}}}'
    get service balanced
    get ingress web
    patch ingress web --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/0/pathType","value":"Sometimes"}]'
    create service clusterip simple --tcp=80:8080
    create service nodeport ports --tcp=80
    create service externalname far --external-name=far.example.com
    create ingress simple --rule=a.example.com/*=simple:80
    get ingress simple -o yaml
    get services
    delete service,ingress,networkpolicy,endpointslice,endpoints --all
    delete ingressclass public
  `,
};
