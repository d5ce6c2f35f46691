import type { Problem } from "../problems";
import type { Values } from "../schema";
import { wrongOnes, type Row } from "../wrong";

/** What contradicts itself in a blue-green stack. */
export function blueGreenProblems(values: Values): Problem[] {
  const { colors = {}, activeColor = "blue", versions, host, route } = values;
  const active = colors[activeColor];
  const hosts = [host, ...route.more.map((one) => one.host)];
  return wrongOnes(values, [
    ...Object.entries(colors).map(([color, version]): Row => [
      `colors.${color}`,
      !Object.hasOwn(versions, version),
      `must be one of the versions: ${Object.keys(versions).join(", ")}`,
    ]),
    [
      "activeColor",
      active === undefined,
      `must be a color of this stack: ${Object.keys(colors).join(", ") || "sluice:colors names none"}`,
    ],
    [
      "colors.green",
      colors.blue !== undefined && colors.blue === colors.green,
      "must be another version than blue's: a switch between them would change nothing",
    ],
    [
      "activeColor",
      versions[active ?? ""]?.replicas === 0,
      `must be a color whose version has pods: sluice:versions.${active}.replicas is 0, so nobody would be served`,
    ],
    [
      "route.previewHost",
      route.previewHost !== undefined && hosts.includes(route.previewHost),
      "must be another host than those that users ask for",
    ],
  ]);
}
