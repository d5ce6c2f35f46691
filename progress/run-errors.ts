import type { ErrorKind } from "./error-kind";

/** Failures of what was begun: the cluster, Pulumi, rollouts, metrics and programs. */
export const runErrors = {
  SLUICE1301: {
    title: "The cluster refused a request, or didn't answer",
    meaning:
      "The API server can't be reached, doesn't accept your credentials, or refused an object. The message quotes it.",
    remedy: "Check that kubectl works with the same context, then run the command again.",
    exit: 1,
  },
  SLUICE1302: {
    title: "There is no cluster to work on",
    meaning: "No context, kubeconfig or local cluster was named that can be used.",
    remedy: "Name a context of your kubeconfig with --context, or set KUBECONFIG.",
    exit: 1,
  },
  SLUICE1303: {
    title: "The cluster is not up",
    meaning: "The cluster that the command would work on doesn't run, or lacks what the stack needs.",
    remedy: "Start it with sluice start.",
    exit: 1,
  },
  SLUICE1304: {
    title: "Objects of the stack's names exist already",
    meaning: "The cluster has objects of the same names that this stack didn't make. Nothing was changed.",
    remedy: "Choose other names, or take the objects over with sluice up --adopt.",
    exit: 1,
  },
  SLUICE1305: {
    title: "An object is protected",
    meaning:
      "The stack runs in production, where MetalLB and the controller can't be removed by mistake. Nothing was changed.",
    remedy: "If you mean it, run the command that the message names, then this one again.",
    exit: 1,
  },
  SLUICE1306: {
    title: "Pods aren't ready",
    meaning: "A version has too few ready pods to give it users. The message says which, and what keeps them.",
    remedy: "Look at the pods with kubectl describe, or wait until they are ready, then run the command again.",
    exit: 1,
  },
  SLUICE1401: {
    title: "Pulumi failed",
    meaning:
      "Pulumi's CLI ended with an error, which the message quotes. What it had applied before stays applied and recorded.",
    remedy: "Correct what the message names, then run the command again: it goes on from there.",
    exit: 1,
  },
  SLUICE1402: {
    title: "There is no Pulumi to run",
    meaning: "No pulumi was found that is new enough, and none could be installed.",
    remedy: "Install Pulumi from https://www.pulumi.com/docs/install, and run the command again.",
    exit: 1,
  },
  SLUICE1501: {
    title: "Somebody else is changing the stack",
    meaning: "Another command, here or on another machine, holds the stack's lease. Nothing was changed.",
    remedy: "Wait until it has ended, or stop it. If its process is gone, the lease expires in 15 seconds.",
    exit: 1,
  },
  SLUICE1502: {
    title: "The command lost its lease",
    meaning:
      "It couldn't renew the stack's lease in time, for example because the machine slept, so it stopped. Another command may be running.",
    remedy: "Look at the stack with sluice watch --once, then run the command again.",
    exit: 1,
  },
  SLUICE1503: {
    title: "The rollout's record changed",
    meaning: "Another driver went on with the rollout, or somebody removed its record, so this one stopped.",
    remedy: "Look at the rollout with sluice history. The other driver needs no help.",
    exit: 1,
  },
  SLUICE1504: {
    title: "A rollout is under way",
    meaning:
      "It decides about the stack's traffic until it ends, so this command would contradict it. Nothing was changed.",
    remedy: "Wait for its end, or end it: sluice promote, or sluice abort.",
    exit: 1,
  },
  SLUICE1505: {
    title: "The rollout can't do that now",
    meaning: "There is no such rollout, or its phase doesn't allow the command. Nothing was changed.",
    remedy: "Look at the rollouts with sluice history: it lists what can be done with each.",
    exit: 1,
  },
  SLUICE1506: {
    title: "The driver doesn't answer",
    meaning: "The rollout's driver did not act on the command in time. The command stays valid for ten minutes.",
    remedy: "Look at the rollout with sluice history: it shows whether the rollout has a driver.",
    exit: 1,
  },
  SLUICE1507: {
    title: "The migration can't do that now",
    meaning:
      "There is no migration, it is under way already, or its users are on the other router. Nothing was changed.",
    remedy: "Run the command that the message names. docs/migrate.md has the order.",
    exit: 1,
  },
  SLUICE1508: {
    title: "A rollout's record can't be read",
    meaning: "Another version of Sluice has written it, or somebody has changed it. Nothing was changed.",
    remedy: "Use that version, restore the ConfigMap from a backup, or delete it.",
    exit: 1,
  },
  SLUICE1601: {
    title: "Prometheus has no answer",
    meaning: "A query of sluice:rollout.metrics is wrong, or Prometheus can't be reached.",
    remedy: "Try the query in Prometheus, and check the address in sluice:rollout.prometheus.",
    exit: 1,
  },
  SLUICE1602: {
    title: "There is nothing to forecast from",
    meaning: "The rate of requests isn't known, or no step sends a percentage of them to the canary.",
    remedy: "Pass --rate REQUESTS_PER_SECOND, or set sluice:rollout.prometheus.",
    exit: 1,
  },
  SLUICE1603: {
    title: "The controller's counters can't be read",
    meaning: "Nobody counts the requests of each version, or the controller's pods don't show their counters.",
    remedy: "Set the key or the rights that the message names, or judge by Prometheus.",
    exit: 1,
  },
  SLUICE1604: {
    title: "A metric's web API has no answer",
    meaning: "An API of sluice:rollout.metrics can't be reached, refuses the question, or gives no single number.",
    remedy: "Query it with curl as the metric does, and check its settings under `web`.",
    exit: 1,
  },
  SLUICE1605: {
    title: "The Job of a check can't be run",
    meaning: "The account may not run Jobs, somebody has removed it, or it has no end. The check is inconclusive.",
    remedy: "Grant what the message names, and look at the namespace's events.",
    exit: 1,
  },
  SLUICE1606: {
    title: "Sluice's own requests can't judge the canary",
    meaning: "No request of the plan reaches one of the two versions for certain, or others answer than the plan says.",
    remedy: "Add a rule for the canary, or set sluice:rollout.prometheus. sluice verify shows who answers.",
    exit: 1,
  },
  SLUICE1701: {
    title: "A program that Sluice runs failed",
    meaning: "The message has the end of what the program printed.",
    remedy: "Run the program by hand to see all of it.",
    exit: 1,
  },
  SLUICE1702: {
    title: "Git failed",
    meaning:
      "The commit of a stack file by sluice:rollout.git failed; the message quotes git. The traffic doesn't wait for it.",
    remedy: "Correct what git names. sluice settle writes the file by hand.",
    exit: 1,
  },
  SLUICE1900: {
    title: "The command was interrupted",
    meaning: "Ctrl-C, SIGTERM or a closed terminal ended it.",
    remedy: "Run the same command again: it goes on from there.",
    exit: 130,
  },
  SLUICE1999: {
    title: "Sluice has a bug",
    meaning: "Something happened that Sluice wasn't made for. The message has a stack trace.",
    remedy: "Report it with the message. Running the command again does no harm.",
    exit: 1,
  },
} as const satisfies Readonly<Record<string, ErrorKind>>;
