/** Something that must come after others. */
export interface Ordered {
  /** Its own name. */
  readonly urn: string;
  /** The names of what must be there before it. */
  readonly dependencies: readonly string[];
}

/**
 * Groups what is to be made into waves: everything in a wave depends on earlier waves only.
 *
 * @param nodes what is to be made; a dependency outside of them counts as made already.
 * @returns the waves in order; within a wave, the order of `nodes`.
 * @throws Error if nodes depend on each other in a circle, which Pulumi's own engine would refuse too.
 */
export function waves<Node extends Ordered>(nodes: readonly Node[]): Node[][] {
  const byUrn = new Map(nodes.map((node) => [node.urn, node]));
  const depths = new Map<string, number>();
  const depth = (node: Node, path: readonly string[]): number => {
    const known = depths.get(node.urn);
    if (known !== undefined) return known;
    if (path.includes(node.urn)) throw new Error(`these depend on each other: ${[...path, node.urn].join(" → ")}`);
    const below = node.dependencies.flatMap((urn) => byUrn.get(urn) ?? []);
    const own = Math.max(-1, ...below.map((dependency) => depth(dependency, [...path, node.urn]))) + 1;
    depths.set(node.urn, own);
    return own;
  };
  const grouped: Node[][] = [];
  for (const node of nodes) (grouped[depth(node, [])] ??= []).push(node);
  return grouped;
}
