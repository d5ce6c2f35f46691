import * as pulumi from "@pulumi/pulumi";
import { isMap } from "../values/is-map";

/**
 * Lets code that reads plain values work with inputs that are known later. Each input is a word of its own among the values;
 * a transformation puts the inputs back wherever a word is in a resource. So a preview shows the resources, even if an
 * input is known only once they are made.
 */
export class InputWords {
  private readonly inputs: pulumi.Input<unknown>[] = [];

  /** A value with words in place of its inputs. The same input is the same word everywhere. */
  plain(value: unknown): unknown {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return this.wordOf(value);
    if (Array.isArray(value)) return value.map((inner) => this.plain(inner));
    return isMap(value) ? mapValues(value, (inner) => this.plain(inner)) : value;
  }

  /** A text with the inputs in place of their words. */
  filled(text: string): pulumi.Input<string> {
    const parts = text.split(/(sluice-input-\d+-word)/).map((part) => this.inputOf(part));
    return parts.length === 1 ? text : pulumi.concat(...parts);
  }

  /** The same for all texts in a resource's arguments. */
  readonly transformation: pulumi.ResourceTransformation = ({ props, opts }) => ({
    props: this.filledIn(props) as pulumi.Inputs,
    opts,
  });

  /** A problem of a value, told of the input and not of its word. */
  told(problem: string): string {
    return problem.replace(/"sluice-input-\d+-word"/g, "an output, which a preview may not know");
  }

  /** Like a DNS label, which is what most keys take at least. */
  private wordOf(input: pulumi.Input<unknown>): string {
    const known = this.inputs.indexOf(input);
    return `sluice-input-${known < 0 ? this.inputs.push(input) - 1 : known}-word`;
  }

  private inputOf(part: string): pulumi.Input<string> {
    const [, index] = /^sluice-input-(\d+)-word$/.exec(part) ?? [];
    const input = index === undefined ? part : this.inputs[Number(index)];
    return (input ?? part) as pulumi.Input<string>;
  }

  private filledIn(value: unknown): unknown {
    if (typeof value === "string") return this.filled(value);
    if (Array.isArray(value)) return value.map((inner) => this.filledIn(inner));
    const isInput = pulumi.Output.isInstance(value) || value instanceof Promise || pulumi.Resource.isInstance(value);
    return isMap(value) && !isInput ? mapValues(value, (inner) => this.filledIn(inner)) : value;
  }
}

function mapValues(values: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
