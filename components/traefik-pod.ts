import type * as k8s from "@pulumi/kubernetes";
import type { EntranceArgs } from "./entrance";

/** What a pod of Traefik is made of. */
export interface TraefikPodArgs extends Pick<EntranceArgs, "image" | "className"> {
  readonly labels: Record<string, string>;
  /** The namespace of Traefik's Service, whose address it writes into the Ingresses' status. */
  readonly namespace: string;
  /** The `spec.controller` of the IngressClass that it serves. */
  readonly controllerName: string;
}

const pinnedImage = { repository: "docker.io/library/traefik", tag: "v3.7.6" };

/**
 * The bounds of the histogram of requests' durations, in seconds. A percentile is only known to lie between two of them;
 * Traefik's own (0.1, 0.3, 1.2, 5) can't tell 20 ms from 90, nor 0.4 s from 1.
 */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10];

/** Traefik's user; any but root would do. */
const user = 65532;

/** One pod of Traefik: the ingress-nginx provider, metrics for Prometheus, probed by `/ping`. */
export function traefikPod(args: TraefikPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  const provider = "--providers.kubernetesingressnginx";
  return {
    metadata: { labels: args.labels },
    spec: {
      serviceAccountName: "traefik",
      terminationGracePeriodSeconds: 60,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "traefik",
          image: imageOf(args.image),
          args: [
            "--experimental.kubernetesingressnginx=true",
            `${provider}=true`,
            `${provider}.httpentrypoint=web`,
            `${provider}.httpsentrypoint=websecure`,
            `${provider}.ingressclass=${args.className}`,
            `${provider}.controllerclass=${args.controllerName}`,
            `${provider}.publishservice=${args.namespace}/traefik`,
            "--entrypoints.web.address=:8000",
            "--entrypoints.websecure.address=:8443",
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
            { name: "web", containerPort: 8000 },
            { name: "websecure", containerPort: 8443 },
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

function imageOf({
  repository = pinnedImage.repository,
  tag,
  digest,
}: NonNullable<TraefikPodArgs["image"]> = {}): string {
  return digest ? `${repository}@${digest}` : `${repository}:${tag ?? pinnedImage.tag}`;
}
