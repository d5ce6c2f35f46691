import type * as k8s from "@pulumi/kubernetes";
import type { VersionConfig } from "../config/versions";
import type { ConfigFiles } from "./config-files";

type Template = k8s.types.input.core.v1.PodTemplateSpec;
type Probe = k8s.types.input.core.v1.Probe;
type Resources = k8s.types.input.core.v1.ResourceRequirements;

const defaultResources: Resources = {
  requests: { cpu: "20m", memory: "32Mi" },
  limits: { memory: "128Mi" },
};

/** The time that a container has for its open requests after the drain, before it is killed. */
const shutdownSeconds = 25;

/** The pods of one version: probed, bounded, without privileges, and drained before they go. */
export function podTemplate(labels: Record<string, string>, config: VersionConfig, files?: ConfigFiles): Template {
  const fileMounts = (files?.mounts ?? []).map((mount) => ({ ...mount, name: "files", readOnly: true }));
  const folderMounts = config.writableFolders.map((mountPath, index) => ({ mountPath, name: `folder-${index}` }));
  const volumes = [
    ...(files ? [{ name: "files", configMap: { name: files.configMapName } }] : []),
    ...folderMounts.map(({ name }) => ({ name, emptyDir: {} })),
  ];
  return {
    metadata: { labels },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: config.drainSeconds + shutdownSeconds,
      securityContext: podSecurity(config),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "kubernetes.io/hostname",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: labels },
        },
      ],
      containers: [
        {
          name: "app",
          image: config.image,
          ports: [{ name: "http", containerPort: config.port }],
          env: Object.entries(config.env).map(([name, value]) => ({ name, value })),
          resources: config.resources ?? defaultResources,
          ...probes(config),
          lifecycle: drain(config.drainSeconds),
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          volumeMounts: [...fileMounts, ...folderMounts],
        },
      ],
      volumes,
    },
  };
}

function podSecurity({ runAsUser, port }: VersionConfig): k8s.types.input.core.v1.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser,
    runAsGroup: runAsUser,
    fsGroup: runAsUser,
    seccompProfile: { type: "RuntimeDefault" },
    // A user other than root may not listen below 1024 unless the pod's own network says so; the sysctl is a safe one.
    ...(port < 1024 ? { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: String(port) }] } : {}),
  };
}

function probes({ probes }: VersionConfig): { readinessProbe: Probe; livenessProbe: Probe } {
  const httpGet = { path: probes?.path ?? "/", port: "http" };
  return {
    readinessProbe: (probes?.readiness as Probe | undefined) ?? { httpGet, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: (probes?.liveness as Probe | undefined) ?? {
      httpGet,
      periodSeconds: 10,
      failureThreshold: 3,
      initialDelaySeconds: 5,
    },
  };
}

/**
 * A pod that is told to go leaves its Service at once, but every router hears of it a little later: until then it keeps
 * serving. The `sleep` action needs no shell in the image (core/v1 LifecycleHandler, Kubernetes 1.30 and later).
 */
function drain(seconds: number): k8s.types.input.core.v1.Lifecycle | undefined {
  return seconds === 0 ? undefined : { preStop: { sleep: { seconds } } };
}
