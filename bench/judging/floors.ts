import { Random, Simulation } from "../../judge/simulate";
import type { Situation } from "./simulations";

/** The evidence that convicts at a risk of 1%, as a logarithm. */
const enough = Math.log(100);

/**
 * The mean seconds of the best test that looks once a second, in simulations: it knows how many times as often the canary
 * fails, and that errors come one by one.
 */
export function knowingTest(situation: Situation, simulations: number): number {
  const { rate, weight, canary, stable } = situation;
  const [alike, claimed] = [weight / 100, (canary * weight) / (canary * weight + stable * (100 - weight))];
  const [gain, loss] = [Math.log(claimed / alike), Math.log((1 - claimed) / (1 - alike))];
  let sum = 0;
  for (let seed = 1; seed <= simulations; seed += 1) {
    const simulation = new Simulation(new Random(seed * 7919), { ...situation, requests: rate });
    for (let evidence = 0; evidence < enough;) {
      const { intervals, canary: ofCanary, stable: ofStable } = simulation.next(Infinity);
      sum += intervals;
      evidence += ofCanary.errors * gain + ofStable.errors * loss;
    }
  }
  return sum / simulations;
}

/**
 * The seconds that any test needs on average at least if all errors of one version in a second count as one event, as one
 * cause may have made them: the information of such events beside the likeliest error rate that both versions share.
 */
export function eventBound({ rate, weight, canary, stable }: Situation): number {
  const [ofCanary, ofStable] = [(rate * weight) / 100, rate * (1 - weight / 100)];
  const some = (mean: number) => -Math.expm1(-mean);
  const divergence = (is: number, claimed: number) =>
    is * Math.log(is / claimed) + (1 - is) * Math.log((1 - is) / (1 - claimed));
  const information = (common: number) =>
    divergence(some(ofCanary * canary), some(ofCanary * common)) +
    divergence(some(ofStable * stable), some(ofStable * common));
  // The common rate lies between the two, and the information has one minimum there.
  let [low, high] = [Math.min(canary, stable), Math.max(canary, stable)];
  for (let round = 0; round < 100; round += 1) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (information(left) < information(right)) high = right;
    else low = left;
  }
  return enough / information(low);
}
