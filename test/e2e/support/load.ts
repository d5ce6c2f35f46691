import { setTimeout as sleep } from "node:timers/promises";
import { readClusterProfile } from "../../../config/profile";
import { sendRequests, type ProbeAnswer } from "../../../probe/send-requests";
import { testLab } from "./lab";

/** Requests that go on while something else happens. */
export interface Load {
  /** Ends it and returns all answers. */
  stop(): Promise<ProbeAnswer[]>;
}

/** Sends requests to the suite's stack without a pause, a few at once, until told to stop or two minutes have passed. */
export function startLoad(address: string, host: string): Load {
  const client = readClusterProfile(`/var/lib/${testLab.name}/profile.yaml`)?.client ?? [];
  const answers: ProbeAnswer[] = [];
  const { signal } = new AbortController();
  let isRunning = true;
  const deadline = Date.now() + 120_000;
  const running = (async () => {
    while (isRunning && Date.now() < deadline) {
      answers.push(...(await sendRequests(client, { address, host, path: "/", count: 100 }, signal)));
      await sleep(20);
    }
  })();
  return {
    stop: async () => {
      isRunning = false;
      await running;
      return answers;
    },
  };
}
