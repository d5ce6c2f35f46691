import type * as k8s from "@pulumi/kubernetes";
import type { VersionConfig } from "../config/versions";
import type { ConfigFiles } from "./config-files";

type Template = k8s.types.input.core.v1.PodTemplateSpec;
type Container = k8s.types.input.core.v1.Container;
type Probe = k8s.types.input.core.v1.Probe;
type Resources = k8s.types.input.core.v1.ResourceRequirements;

/** Requests alone, which hold a place on a node and stop nothing. */
const defaultResources: Resources = { requests: { cpu: "20m", memory: "32Mi" } };

/** The time that a container has for its open requests after the drain, before it is killed. */
const shutdownSeconds = 25;

/**
 * The pods of one version: asked whether they are ready, and drained before they go. Nothing else is taken from an image or
 * put on it that the stack does not ask for: its user, its capabilities and its memory are its own.
 */
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
      ...(config.serviceAccountName === undefined
        ? { automountServiceAccountToken: false }
        : { serviceAccountName: config.serviceAccountName }),
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
          ...(config.imagePullPolicy && { imagePullPolicy: config.imagePullPolicy }),
          ports: [{ name: "http", containerPort: config.port }],
          env: Object.entries(config.env).map(([name, value]) => ({ name, value })),
          resources: config.resources ?? defaultResources,
          ...probes(config),
          lifecycle: drain(config.drainSeconds),
          securityContext: containerSecurity(config),
          volumeMounts: [...fileMounts, ...folderMounts],
        },
      ],
      volumes,
    },
  };
}

function podSecurity({ runAsUser, port }: VersionConfig): k8s.types.input.core.v1.PodSecurityContext {
  return {
    ...(runAsUser !== undefined && { runAsNonRoot: true, runAsUser, runAsGroup: runAsUser, fsGroup: runAsUser }),
    seccompProfile: { type: "RuntimeDefault" },
    // Only root may listen below 1024, unless the pod's own network allows it; the sysctl is a safe one.
    ...(port < 1024 ? { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: String(port) }] } : {}),
  };
}

/** An image that begins as root needs capabilities to become another user, which a chosen user is already. */
function containerSecurity({
  runAsUser,
  readOnlyRootFilesystem = false,
}: VersionConfig): k8s.types.input.core.v1.SecurityContext {
  return {
    ...(runAsUser !== undefined && { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } }),
    ...(readOnlyRootFilesystem && { readOnlyRootFilesystem }),
  };
}

/** A readiness probe, as requests must wait for pods that can answer; no other, as only the application knows when it is dead. */
function probes({ probes }: VersionConfig): Pick<Container, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const { path = "/", startup, readiness, liveness } = probes ?? {};
  const byDefault: Probe = { httpGet: { path, port: "http" }, periodSeconds: 2, failureThreshold: 2 };
  return {
    ...(startup && { startupProbe: startup }),
    readinessProbe: readiness ?? byDefault,
    ...(liveness && { livenessProbe: liveness }),
  };
}

/**
 * A pod that is deleted leaves its Service at once, but routers learn of it a little later: until then it keeps
 * serving. The `sleep` action needs no shell in the image (core/v1 LifecycleHandler, Kubernetes 1.30 and later).
 */
function drain(seconds: number): k8s.types.input.core.v1.Lifecycle | undefined {
  return seconds === 0 ? undefined : { preStop: { sleep: { seconds } } };
}
