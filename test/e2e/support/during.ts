/**
 * Does something while requests go on.
 *
 * @returns what the requests came to.
 * @throws what the work throws, once the requests have ended.
 */
export async function during<Result>(
  requests: { stop(): Promise<Result> },
  work: () => Promise<unknown>,
): Promise<Result> {
  const failure = await work().then(
    () => undefined,
    (error: Error) => error,
  );
  const result = await requests.stop();
  if (failure) throw failure;
  return result;
}
