import type * as k8s from "@pulumi/kubernetes";
import type { EntranceArgs } from "./entrance";

/** What a pod of Traefik is made of. */
export interface TraefikPodArgs extends Pick<EntranceArgs, "image" | "className"> {
  readonly labels: Record<string, string>;
  /** The name of Traefik's account, its Service and the Service's namespace. */
  readonly title: string;
  /** The `spec.controller` of the IngressClass that it serves. */
  readonly controllerName: string;
  readonly reads: NonNullable<EntranceArgs["reads"]>;
}

const pinnedImage = { repository: "docker.io/library/traefik", tag: "v3.7.6" };

/**
 * The bounds of the histogram of requests' durations, in seconds. A percentile is only known to lie between two of them;
 * Traefik's own (0.1, 0.3, 1.2, 5) can't tell 20 ms from 90, nor 0.4 s from 1.
 */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10];

/** Traefik's user; any but root would do. */
const user = 65532;

/**
 * The ports that Traefik listens on. A Gateway's listener is served by what listens on its own port, which a Gateway of any
 * other implementation would have as 80 and 443.
 */
const portsOf = { ingresses: { web: 8000, websecure: 8443 }, gateways: { web: 80, websecure: 443 } } as const;

/** One pod of Traefik: what it reads, metrics for Prometheus, probed by `/ping`. */
export function traefikPod(args: TraefikPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  const { web, websecure } = portsOf[args.reads];
  return {
    metadata: { labels: args.labels },
    spec: {
      serviceAccountName: args.title,
      terminationGracePeriodSeconds: 60,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
        // A user other than root may not listen below 1024 unless the pod's own network says so; the sysctl is a safe one.
        ...(web < 1024 && { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: String(web) }] }),
      },
      containers: [
        {
          name: "traefik",
          image: imageOf(args.image),
          args: [
            ...providerOf(args),
            `--entrypoints.web.address=:${web}`,
            `--entrypoints.websecure.address=:${websecure}`,
            "--entrypoints.traefik.address=:8080",
            "--entrypoints.metrics.address=:9100",
            "--metrics.prometheus=true",
            "--metrics.prometheus.entrypoint=metrics",
            "--metrics.prometheus.addserviceslabels=true",
            `--metrics.prometheus.buckets=${durationBuckets.join(",")}`,
            "--ping=true",
            "--global.checknewversion=false",
            "--global.sendanonymoususage=false",
          ],
          ports: [
            { name: "web", containerPort: web },
            { name: "websecure", containerPort: websecure },
            { name: "admin", containerPort: 8080 },
            { name: "metrics", containerPort: 9100 },
          ],
          readinessProbe: { httpGet: { path: "/ping", port: "admin" }, periodSeconds: 2, failureThreshold: 2 },
          livenessProbe: { httpGet: { path: "/ping", port: "admin" }, periodSeconds: 10, failureThreshold: 3 },
          resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } },
          // Keeps serving until the nodes' rules no longer lead here.
          lifecycle: { preStop: { sleep: { seconds: 5 } } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [{ name: "temporary", mountPath: "/tmp" }],
        },
      ],
      volumes: [{ name: "temporary", emptyDir: {} }],
    },
  };
}

function providerOf({ reads, className, controllerName, title }: TraefikPodArgs): string[] {
  if (reads === "gateways") {
    const provider = "--providers.kubernetesgateway";
    return [
      `${provider}=true`,
      `${provider}.statusaddress.service.name=${title}`,
      `${provider}.statusaddress.service.namespace=${title}`,
    ];
  }
  const provider = "--providers.kubernetesingressnginx";
  return [
    "--experimental.kubernetesingressnginx=true",
    `${provider}=true`,
    `${provider}.httpentrypoint=web`,
    `${provider}.httpsentrypoint=websecure`,
    `${provider}.ingressclass=${className}`,
    `${provider}.controllerclass=${controllerName}`,
    `${provider}.publishservice=${title}/${title}`,
  ];
}

function imageOf({
  repository = pinnedImage.repository,
  tag,
  digest,
}: NonNullable<TraefikPodArgs["image"]> = {}): string {
  return digest ? `${repository}@${digest}` : `${repository}:${tag ?? pinnedImage.tag}`;
}
