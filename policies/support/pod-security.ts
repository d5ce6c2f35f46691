import type { Container, PodSpec, SecurityContext, Texts } from "./manifests";
import { allContainers } from "./pods";
import { eachOf } from "./unknowns";

/** How strict Kubernetes' Pod Security Standards are; each has all that the one before it has. */
export const podSecurityLevels = ["baseline", "restricted"] as const;

/** One of {@link podSecurityLevels}. */
export type PodSecurityLevel = (typeof podSecurityLevels)[number];

/** What of a pod a control does not allow: a field with its value, and what it must be. */
export interface Breach {
  readonly control: string;
  readonly level: PodSecurityLevel;
  /** The container; nothing if it is the pod. */
  readonly container?: string;
  readonly field: string;
  readonly remedy: string;
}

/** What a control is shown: a pod, and the annotations of its template. */
export interface SecuredPod {
  readonly spec: PodSpec;
  readonly annotations: Texts;
}

type Report = (breach: Pick<Breach, "container" | "field" | "remedy">) => void;

interface Control {
  readonly name: string;
  readonly level: PodSecurityLevel;
  readonly check: (pod: SecuredPod, report: Report) => void;
}

/**
 * Reports all that a level's controls do not allow.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function checkPodSecurity(pod: SecuredPod, level: PodSecurityLevel, report: (breach: Breach) => void): void {
  const held = controls.filter((control) => level === "restricted" || control.level === "baseline");
  eachOf(held, (control) =>
    control.check(pod, (breach) => report({ control: control.name, level: control.level, ...breach })),
  );
}

const remove = "remove it";

const baselineCapabilities = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"],
  ...["SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

const safeSysctls = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"],
  ...["net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"],
  ...["net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
];

const safeVolumes = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"],
];

const containerTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

type Tell = (field: string, remedy: string) => void;

type ContainerCheck = (container: Container, report: Tell, shared: SecurityContext) => void;

/** The same user outside the pod is another one for pods in a user namespace of their own. */
function isInUserNamespace({ spec }: SecuredPod): boolean {
  return spec.hostUsers === false;
}

const procMountIsDefault = eachContext(({ procMount = "Default" }, report) => {
  if (procMount !== "Default") report(`procMount: ${procMount}`, remove);
});

const userIsNotRoot = eachContext(({ runAsUser }, report) => {
  if (runAsUser === 0) report("runAsUser: 0", "name a user other than root");
});

function eachContainer(check: ContainerCheck): Control["check"] {
  return ({ spec }, report) =>
    eachOf(allContainers(spec), (container) =>
      check(
        container,
        (field, remedy) => report({ container: container.name, field, remedy }),
        spec.securityContext ?? {},
      ),
    );
}

/** Windows has none of these fields. */
function onLinux(check: ContainerCheck): Control["check"] {
  return (pod, report) => {
    if (pod.spec.os?.name !== "windows") eachContainer(check)(pod, report);
  };
}

function asHostUser(check: ContainerCheck): Control["check"] {
  return (pod, report) => {
    if (!isInUserNamespace(pod)) eachContainer(check)(pod, report);
  };
}

/** The pod's own context and those of its containers. */
function eachContext(check: (context: SecurityContext, report: Tell) => void): Control["check"] {
  return (pod, report) => {
    check(pod.spec.securityContext ?? {}, (field, remedy) => report({ field: `securityContext.${field}`, remedy }));
    eachContainer(({ securityContext = {} }, tell) =>
      check(securityContext, (field, remedy) => tell(`securityContext.${field}`, remedy)),
    )(pod, report);
  };
}

const controls: readonly Control[] = [
  {
    name: "HostProcess",
    level: "baseline",
    check: eachContext(({ windowsOptions }, report) => {
      if (windowsOptions?.hostProcess === true) report("windowsOptions.hostProcess: true", remove);
    }),
  },
  {
    name: "Host Namespaces",
    level: "baseline",
    check: ({ spec }, report) =>
      eachOf(["hostNetwork", "hostPID", "hostIPC"] as const, (field) => {
        if (spec[field] === true) report({ field: `${field}: true`, remedy: remove });
      }),
  },
  {
    name: "Privileged Containers",
    level: "baseline",
    check: eachContext(({ privileged }, report) => {
      if (privileged === true) report("privileged: true", remove);
    }),
  },
  {
    name: "Capabilities",
    level: "baseline",
    check: eachContext(({ capabilities }, report) => {
      for (const name of capabilities?.add ?? [])
        if (!baselineCapabilities.includes(name)) report(`capabilities.add: ${name}`, remove);
    }),
  },
  {
    name: "HostPath Volumes",
    level: "baseline",
    check: ({ spec }, report) =>
      eachOf(spec.volumes ?? [], ({ name, hostPath }) => {
        if (hostPath) report({ field: `the volume ${name} of hostPath ${hostPath.path}`, remedy: remove });
      }),
  },
  {
    name: "Host Ports",
    level: "baseline",
    check: eachContainer(({ ports = [] }, report) => {
      for (const { hostPort = 0 } of ports)
        if (hostPort !== 0) report(`hostPort: ${hostPort}`, "remove it, and lead users there by a Service");
    }),
  },
  {
    name: "Host Probes and Lifecycle Hooks",
    level: "baseline",
    check: eachContainer((container, report) => {
      const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
      const { postStart, preStop } = lifecycle ?? {};
      const handlers = { livenessProbe, readinessProbe, startupProbe, postStart, preStop };
      for (const [name, handler] of Object.entries(handlers))
        for (const kind of ["httpGet", "tcpSocket"] as const)
          if (handler?.[kind]?.host) report(`${name}.${kind}.host: ${handler[kind].host}`, remove);
    }),
  },
  {
    name: "AppArmor",
    level: "baseline",
    check: (pod, report) => {
      eachContext(({ appArmorProfile }, tell) => {
        if (appArmorProfile?.type === "Unconfined") tell("appArmorProfile.type: Unconfined", remove);
      })(pod, report);
      for (const [name, value] of Object.entries(pod.annotations))
        if (
          name.startsWith("container.apparmor.security.beta.kubernetes.io/") &&
          !/^(runtime\/default|localhost\/.*)$/.test(value)
        )
          report({ field: `the annotation ${name}: ${value}`, remedy: remove });
    },
  },
  {
    name: "SELinux",
    level: "baseline",
    check: eachContext(({ seLinuxOptions: { type = "", user = "", role = "" } = {} }, report) => {
      if (!containerTypes.includes(type)) report(`seLinuxOptions.type: ${type}`, remove);
      if (user !== "") report(`seLinuxOptions.user: ${user}`, remove);
      if (role !== "") report(`seLinuxOptions.role: ${role}`, remove);
    }),
  },
  {
    name: "/proc Mount Type",
    level: "baseline",
    check: (pod, report) => {
      if (!isInUserNamespace(pod)) procMountIsDefault(pod, report);
    },
  },
  { name: "/proc Mount Type", level: "restricted", check: procMountIsDefault },
  {
    name: "Seccomp",
    level: "baseline",
    check: eachContext(({ seccompProfile }, report) => {
      if (seccompProfile?.type === "Unconfined") report("seccompProfile.type: Unconfined", "set it to RuntimeDefault");
    }),
  },
  {
    name: "Sysctls",
    level: "baseline",
    check: ({ spec }, report) =>
      eachOf(spec.securityContext?.sysctls ?? [], ({ name }) => {
        if (!safeSysctls.includes(name)) report({ field: `the sysctl ${name}`, remedy: remove });
      }),
  },
  {
    name: "Volume Types",
    level: "restricted",
    check: ({ spec }, report) =>
      eachOf(spec.volumes ?? [], ({ name, ...source }) => {
        // A hostPath is refused by the control of its own.
        const odd = Object.keys(source).find((type) => type !== "hostPath" && !safeVolumes.includes(type));
        if (odd !== undefined)
          report({ field: `the volume ${name} of ${odd}`, remedy: "mount it by a persistentVolumeClaim" });
      }),
  },
  {
    name: "Privilege Escalation",
    level: "restricted",
    check: onLinux(({ securityContext: { allowPrivilegeEscalation } = {} }, report) => {
      if (allowPrivilegeEscalation !== false)
        report(`securityContext.allowPrivilegeEscalation: ${allowPrivilegeEscalation ?? "not set"}`, "set it to false");
    }),
  },
  {
    name: "Running as Non-root",
    level: "restricted",
    check: asHostUser(({ securityContext: own = {} }, report, shared) => {
      const isNonRoot = own.runAsNonRoot ?? shared.runAsNonRoot;
      if (isNonRoot !== true)
        report(`securityContext.runAsNonRoot: ${isNonRoot ?? "not set"}`, "set it to true, and name a user");
    }),
  },
  {
    name: "Running as Non-root user",
    level: "restricted",
    check: (pod, report) => {
      if (!isInUserNamespace(pod)) userIsNotRoot(pod, report);
    },
  },
  {
    name: "Seccomp",
    level: "restricted",
    check: onLinux(({ securityContext: own = {} }, report, shared) => {
      if ((own.seccompProfile ?? shared.seccompProfile)?.type === undefined)
        report("securityContext.seccompProfile.type: not set", "set it to RuntimeDefault");
    }),
  },
  {
    name: "Capabilities",
    level: "restricted",
    check: onLinux(({ securityContext: { capabilities } = {} }, report) => {
      if (!capabilities?.drop?.some((name) => name === "ALL"))
        report("securityContext.capabilities.drop: not ALL", "drop ALL");
      for (const name of capabilities?.add ?? [])
        if (baselineCapabilities.includes(name) && name !== "NET_BIND_SERVICE")
          report(`securityContext.capabilities.add: ${name}`, remove);
    }),
  },
];
