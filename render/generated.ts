import { randomInt } from "node:crypto";
import type { ResourceState } from "./evaluate";

/** The type tokens of `@pulumi/random` that can be rendered. */
const textTypes = ["random:index/randomPassword:RandomPassword", "random:index/randomString:RandomString"];

/** Generates random values once, and returns the same ones from then on. */
export class GeneratedValues {
  private readonly values: Map<string, string>;

  /** @param known the values that were made before, by the resource's name. */
  constructor(known: Readonly<Record<string, string>>) {
    this.values = new Map(Object.entries(known));
  }

  /** All values, those made since included. */
  all(): Record<string, string> {
    return Object.fromEntries(this.values);
  }

  /** The state of a resource: a random one's with its value, any other's as it was put in. */
  stateOf({ type, name, inputs }: ResourceState): Record<string, unknown> {
    if (!textTypes.includes(type)) return inputs;
    const value = this.values.get(name) ?? randomText(inputs);
    this.values.set(name, value);
    return { ...inputs, result: value };
  }
}

const classes = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
};

/** Characters of every class that the inputs don't switch off, as the random provider draws them. */
function randomText(inputs: Record<string, unknown>): string {
  const characters = Object.entries(classes)
    .filter(([name]) => inputs[name] !== false)
    .map(([, members]) => members)
    .join("");
  return Array.from({ length: Number(inputs["length"]) }, () => characters[randomInt(characters.length)]).join("");
}
