/**
 * A gambler's money, bet against a hypothesis. No bet has an expected gain while the hypothesis is true, so by Ville's
 * inequality the probability that 1 ever becomes N is at most 1/N, however often somebody looks: the money is evidence.
 *
 * Part of it is a reserve that is staked bit by bit: a fault that begins late meets stakes which earlier good hours have
 * not used up.
 */
export class Stakes {
  private reserve = 1;
  private readonly stakes: Float64Array;

  /** @param prior what part of the money that is staked goes on each alternative; their sum is 1. */
  constructor(private readonly prior: readonly number[]) {
    this.stakes = new Float64Array(prior.length);
  }

  /** Stakes a part of the reserve. */
  stake(part: number): void {
    const amount = this.reserve * part;
    this.reserve -= amount;
    for (let index = 0; index < this.stakes.length; index += 1)
      this.stakes[index] = (this.stakes[index] ?? 0) + amount * (this.prior[index] ?? 0);
  }

  /** What becomes of a stake: its factor may have an expectation of at most 1 if the hypothesis is true. */
  multiply(index: number, factor: number): void {
    this.stakes[index] = (this.stakes[index] ?? 0) * factor;
  }

  /** Gives a part of every stake away. @param part what is kept, 0 to 1. */
  shrink(part: number): void {
    this.reserve *= part;
    for (let index = 0; index < this.stakes.length; index += 1) this.multiply(index, part);
  }

  /** All the money. */
  get total(): number {
    let sum = this.reserve;
    for (let index = 0; index < this.stakes.length; index += 1) sum += this.stakes[index] ?? 0;
    return sum;
  }
}
