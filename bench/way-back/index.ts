import type { Figure } from "../report";
import type { Place } from "../shift";
import { tell } from "../sluice";
import { figuresOfClashes } from "./clashes";
import { figuresOfCrowd } from "./idle";
import { figuresOfRollbacks } from "./rollbacks";
import { figuresOfWayBackShifts } from "./shifts";

/** How long a way back takes and whose time that is, what moving traffic costs users, and what a driver costs that waits. */
export async function figuresOfWayBack(place: Place): Promise<Figure[]> {
  const parts = [
    figuresOfClashes,
    figuresOfCrowd,
    () => figuresOfWayBackShifts(place),
    ...["ingress-nginx", "traefik"].map((kind) => () => figuresOfRollbacks(place, kind)),
  ];
  const figures: Figure[] = [];
  for (const measure of parts) {
    const measured = await measure();
    // A later part may fail, and what came before took its time.
    for (const { name, values, unit, note = "" } of measured) tell(`${name}: ${values.join(", ")} ${unit} ${note}`);
    figures.push(...measured);
  }
  return figures;
}
