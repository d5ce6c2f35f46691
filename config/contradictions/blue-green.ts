import type { Problem } from "../problems";
import type { Values } from "../schema";

/** What contradicts itself in a blue-green stack. */
export function blueGreenProblems({
  colors = {},
  activeColor = "blue",
  versions,
  host,
  route: { previewHost, more },
}: Values): Problem[] {
  const names = Object.keys(versions);
  const unknown = Object.entries(colors)
    .filter(([, version]) => !names.includes(version))
    .map(([color, version]) => ({
      key: `colors.${color}`,
      value: version,
      allowed: `must be one of the versions: ${names.join(", ")}`,
    }));
  const active = colors[activeColor];
  const problems: Problem[] = [...unknown];
  if (active === undefined)
    problems.push({
      key: "activeColor",
      value: activeColor,
      allowed: `must be a color of this stack: ${Object.keys(colors).join(", ") || "sluice:colors names none"}`,
    });
  if (colors.blue !== undefined && colors.blue === colors.green)
    problems.push({
      key: "colors.green",
      value: colors.green,
      allowed: "must be another version than blue's: a switch between them would change nothing",
    });
  if (active !== undefined && versions[active]?.replicas === 0)
    problems.push({
      key: "activeColor",
      value: activeColor,
      allowed: `must be a color whose version has pods: sluice:versions.${active}.replicas is 0, so nobody would be served`,
    });
  if (previewHost !== undefined && [host, ...more.map((one) => one.host)].includes(previewHost))
    problems.push({
      key: "route.previewHost",
      value: previewHost,
      allowed: "must be another host than those that users ask for",
    });
  return problems;
}
