import type { Figure } from "../report";
import type { Place } from "../shift";
import { figuresOfClashes } from "./clashes";
import { figuresOfCrowd } from "./idle";
import { figuresOfRollbacks } from "./rollbacks";
import { figuresOfWayBackShifts } from "./shifts";

/** How long a way back takes and whose time that is, what moving traffic costs users, and what a driver costs that waits. */
export async function figuresOfWayBack(place: Place): Promise<Figure[]> {
  const figures = [...(await figuresOfClashes()), ...(await figuresOfCrowd())];
  figures.push(...(await figuresOfWayBackShifts(place)));
  for (const kind of ["ingress-nginx", "traefik"]) figures.push(...(await figuresOfRollbacks(place, kind)));
  return figures;
}
