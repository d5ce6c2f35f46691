/** Which of a round's requests go to one rule. */
export interface Allotment {
  /** How many. */
  readonly count: number;
  /** Seconds from the round's begin to the first of them. */
  readonly after: number;
  /** Seconds over which they are spread. */
  readonly seconds: number;
}

/**
 * Spreads a second's requests evenly over it, and over the rules of a plan.
 *
 * Every other request is a plain one, for it is the plain ones whose split must be told from another; the rules take
 * turns for the rest. What a round can't give to every rule, the next one makes up for. No two are sent at once, so that
 * none waits for another.
 *
 * @param rate requests in the round, all rules together.
 * @param rules how many rules there are, the plain requests first; at least 1.
 * @param round counts from 0.
 * @returns as many as there are rules; their counts add up to `rate`.
 */
export function allot(rate: number, rules: number, round: number): Allotment[] {
  const others = rules - 1;
  const period = (rule: number) => (others === 0 ? 1 : rule === 0 ? 2 : 2 * others);
  const phase = (rule: number) => (rule === 0 ? 0 : 2 * rule - 1);
  return Array.from({ length: rules }, (_, rule) => {
    const [every, own] = [period(rule), phase(rule)];
    const first = modulo(own - round * rate, every);
    const count = first < rate ? Math.ceil((rate - first) / every) : 0;
    return { count, after: first / rate, seconds: (count * every) / rate };
  });
}

function modulo(number: number, divisor: number): number {
  return ((number % divisor) + divisor) % divisor;
}
