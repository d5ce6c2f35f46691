import type { ErrorKind } from "./error-kind";

/** Failures of what was asked for: the command line, the files, and what policies say of them. */
export const requestErrors = {
  SLUICE1000: {
    title: "Sluice can't do what you asked",
    meaning: "The message names the obstacle. Failures without a code of their own have this one.",
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
    title: "The command can't ask without a terminal",
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
  SLUICE1005: {
    title: "The options don't fit the stack, or each other",
    meaning:
      "An option needs another one, contradicts it, or means nothing under the stack's strategy. Nothing was changed.",
    remedy: "Change the options as the message says. The command's --help has examples.",
    exit: 2,
  },
  SLUICE1006: {
    title: "What the command would create exists already",
    meaning: "A file, a folder or a port that the command needs is taken. Nothing was changed.",
    remedy: "Name another one with the option that the message names, or move the existing one.",
    exit: 1,
  },
  SLUICE1007: {
    title: "Pulumi's SDK is missing or too old",
    meaning:
      "Sluice uses the @pulumi/pulumi of your project, and finds none there, or one that is too old. Nothing was changed.",
    remedy: "Run npm install as the message says. npm ls @pulumi/pulumi then shows one version.",
    exit: 1,
  },
  SLUICE1008: {
    title: "The repository has another version of Sluice",
    meaning:
      "The Sluice that runs isn't the one that the repository has installed. It may read stack files by other rules. This is a warning: the command goes on.",
    remedy:
      "Run npx sluice, which takes the repository's version, or remove the other one: npm uninstall --global sluice.",
    exit: 0,
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
  SLUICE1106: {
    title: "The stack is not up",
    meaning: "The stack was never deployed to this cluster, so it has no plan and no address.",
    remedy: "Deploy it with sluice up.",
    exit: 1,
  },
  SLUICE1107: {
    title: "The stack can't be asked",
    meaning: "The stack has no address that requests can be sent to, or requests can't be sent from this machine.",
    remedy: "Give the controller's Service an address, or set the key that the message names.",
    exit: 1,
  },
  SLUICE1108: {
    title: "A stack file can't be edited",
    meaning: "The file is laid out so that Sluice can't change a value and keep the rest. Nothing was changed.",
    remedy: "Edit the file by hand.",
    exit: 1,
  },
  SLUICE1109: {
    title: "A secret can't be read here",
    meaning: "A value is encrypted, and this command works without Pulumi, or the file that has it is not here.",
    remedy: "Use sluice preview, which Pulumi decrypts for, or restore the stack file.",
    exit: 1,
  },
  SLUICE1110: {
    title: "A chart can't be rendered",
    meaning: "Helm is missing, the chart can't be fetched, or its values are wrong. The message quotes Helm.",
    remedy: "Install Helm 3 or later, or name the chart's place and values in the stack file.",
    exit: 1,
  },
  SLUICE1111: {
    title: "The stack doesn't allow this command",
    meaning: "There is nothing to undo or to release, users are on another version, or the stack has no objects.",
    remedy: "Run the command that the message names.",
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
} as const satisfies Readonly<Record<string, ErrorKind>>;
