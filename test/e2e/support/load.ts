import { setTimeout as sleep } from "node:timers/promises";
import { readClusterProfile } from "../../../cluster/profile";
import { sendRequests, type ProbeAnswer, type ProbeJob } from "../../../probe/send-requests";
import { testLab } from "./lab";

/** How long requests go on at most. */
const minutes = 8;

/** Requests that go on while something else happens. */
export interface Load {
  /**
   * Ends it and returns all answers.
   *
   * @throws Error if it had ended by itself, so that nobody knows what the last requests would have met.
   */
  stop(): Promise<ProbeAnswer[]>;
}

/**
 * Sends requests to the suite's stack without a pause, a few at once, until told to stop or eight minutes have passed.
 *
 * Each has a connection of its own: a reload of nginx closes idle ones, and a request that is just then on its way is the
 * client's to repeat (RFC 9112, section 9.5).
 *
 * @param job what else a request is: its port, or over how many seconds they are spread.
 */
export function startLoad(address: string, host: string, job: Partial<ProbeJob> = {}): Load {
  const client = readClusterProfile(`/var/lib/${testLab.name}/profile.yaml`)?.client ?? [];
  const answers: ProbeAnswer[] = [];
  const { signal } = new AbortController();
  let isRunning = true;
  const deadline = Date.now() + minutes * 60_000;
  const running = (async () => {
    while (isRunning && Date.now() < deadline) {
      answers.push(
        ...(await sendRequests(client, { address, host, path: "/", count: 100, keepAlive: false, ...job }, signal)),
      );
      await sleep(20);
    }
  })();
  return {
    stop: async () => {
      const isLate = Date.now() >= deadline;
      isRunning = false;
      await running;
      if (isLate) throw new Error(`the requests had ended after ${minutes} minutes, before what they were to watch`);
      return answers;
    },
  };
}

/** What was answered, each answer once, in order of the alphabet; what came instead of one, too. */
export function answersOf(answers: readonly ProbeAnswer[]): string[] {
  const texts = answers.map(
    ({ status, body = "", error }) => error ?? (status === 200 ? body.trim() : `status ${status}`),
  );
  return [...new Set(texts)].sort();
}
