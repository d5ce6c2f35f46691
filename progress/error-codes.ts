/** A kind of failure, as docs/errors.md tells of it. */
export interface ErrorKind {
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What that means, and what it doesn't. */
  readonly meaning: string;
  /** What to do. */
  readonly remedy: string;
  /** The command's exit code. */
  readonly exit: 1 | 2 | 3 | 130;
}

/** Every kind by its code. A code that has been released keeps its meaning, and is never given to another kind. */
export const errorKinds = {
  SLUICE1000: {
    title: "Sluice can't do what you asked",
    meaning: "The message says what is in the way. Kinds of failure without a code of their own have this one.",
    remedy: "Do what the message says. Don't rely on this code in scripts: a kind may get its own code.",
    exit: 1,
  },
  SLUICE1001: {
    title: "The command line is wrong",
    meaning: "There is no such command or option, or a value can't be used. Nothing was changed.",
    remedy: "Run the command with --help: it lists the options, with examples.",
    exit: 2,
  },
  SLUICE1002: {
    title: "There is no terminal to ask",
    meaning:
      "The command asks before it changes something, and its standard input is not a terminal. Nothing was changed.",
    remedy: "In a script, pass --yes.",
    exit: 1,
  },
  SLUICE1003: {
    title: "You didn't agree",
    meaning: "The answer to the command's question was not yes. Nothing was changed.",
    remedy: "Run the command again and answer y, or pass --yes.",
    exit: 1,
  },
  SLUICE1004: {
    title: "Node is too old",
    meaning: "Sluice needs a newer Node than the one that runs it. Nothing was changed.",
    remedy: "Install Node 20.19 or later, and check with node --version that your shell finds it.",
    exit: 1,
  },
  SLUICE1101: {
    title: "There is no Pulumi project",
    meaning:
      "Neither this folder nor one above it has a Pulumi.yaml, so Sluice doesn't know where your stack files are.",
    remedy: "Name the project's folder with --cwd, or create a project with sluice init.",
    exit: 1,
  },
  SLUICE1102: {
    title: "There is no such stack",
    meaning: "The project has no file Pulumi.STACK.yaml for the stack you named. The message lists those it has.",
    remedy: "Correct --stack. Without it, Sluice takes the stack dev.",
    exit: 1,
  },
  SLUICE1103: {
    title: "A file can't be read",
    meaning: "A stack file or a manifest is missing, isn't valid YAML, or isn't what it must be.",
    remedy: "Correct the file at the place that the message names.",
    exit: 1,
  },
  SLUICE1104: {
    title: "A stack's config can't be used",
    meaning:
      "Keys are unknown, missing, out of range or contradict each other. The message has a line for each. Nothing was changed.",
    remedy: "Correct the keys. sluice config explain KEY says what a key takes.",
    exit: 2,
  },
  SLUICE1105: {
    title: "The config of Pulumi Deployments can't be used",
    meaning: "A key in the namespace sluice-deployments is unknown, missing or out of range. Nothing was changed.",
    remedy: "Correct the keys; docs/deployments.md describes them.",
    exit: 1,
  },
  SLUICE1201: {
    title: "A mandatory policy failed",
    meaning: "The stack would do what a policy forbids. Nothing was changed.",
    remedy:
      "Change the stack as the policy's page in docs/policies says. To make an exception, pass --policy-pack-config.",
    exit: 3,
  },
  SLUICE1202: {
    title: "The policies' config can't be used",
    meaning:
      "The file of --policy-pack-config names an unknown policy, or a setting that a policy can't have. Nothing was changed.",
    remedy: "Correct the file. The policies' pages list their settings.",
    exit: 2,
  },
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
      "It couldn't renew the stack's lease in time, for example because the machine slept, so it stopped. Another command may be at work.",
    remedy: "Look at the stack with sluice watch --once, then run the command again.",
    exit: 1,
  },
  SLUICE1503: {
    title: "The rollout's record changed",
    meaning: "Another driver went on with the rollout, or somebody removed its record, so this one stopped.",
    remedy: "Look at the rollout with sluice history. The other driver needs no help.",
    exit: 1,
  },
  SLUICE1601: {
    title: "Prometheus has no answer",
    meaning: "A query of sluice:rollout.metrics is wrong, or Prometheus can't be reached.",
    remedy: "Try the query in Prometheus, and check the address in sluice:rollout.prometheus.",
    exit: 1,
  },
  SLUICE1701: {
    title: "A program that Sluice runs failed",
    meaning: "The message has the end of what the program printed.",
    remedy: "Run the program by hand to see all of it.",
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

/** A code that a message ends with. */
export type ErrorCode = keyof typeof errorKinds;
