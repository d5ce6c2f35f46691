/** Holds setInterval in the calling suite's tests: what is repeated is done when a test says so, and no sooner. */
export function heldIntervals(): () => void {
  const { setInterval: set, clearInterval: clear } = globalThis;
  const repeated = new Map<object, () => void>();
  beforeEach(() => {
    repeated.clear();
    Object.assign(globalThis, {
      setInterval: (work: () => void) => {
        const handle = {};
        repeated.set(handle, work);
        return handle;
      },
      clearInterval: (handle: object) => repeated.delete(handle),
    });
  });
  afterEach(() => void Object.assign(globalThis, { setInterval: set, clearInterval: clear }));
  return () => repeated.forEach((work) => work());
}
