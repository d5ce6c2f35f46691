/**
 * True for what `@pulumi/policy` throws where a value is unknown at preview. Its class is not exported.
 *
 * A catch must throw it again: the SDK then reports, as an advice, that the policy could not be run.
 */
export function isUnknownValue(error: unknown): error is Error {
  return error instanceof Error && error.constructor.name === "UnknownValueError";
}

/** Reads many objects, of which some may have values that are unknown at preview. */
export interface Reader {
  /** What `read` makes of each item; items with unknown values are left out. */
  readonly collect: <T, R>(items: Iterable<T>, read: (item: T) => R) => R[];
  /** True while nothing that was read was unknown: only then can a policy say that something is *not* there. */
  readonly isComplete: () => boolean;
}

/**
 * Lets a policy look at many objects: one with an unknown value does not keep the others from being checked.
 *
 * @param check is done when it returns; the first unknown value that it met is then thrown, for the SDK to report.
 */
export function readAll(check: (reader: Reader) => void): void {
  const unknowns: unknown[] = [];
  check({
    collect(items, read) {
      return [...items].flatMap((item) => {
        try {
          return [read(item)];
        } catch (error) {
          if (!isUnknownValue(error)) throw error;
          unknowns.push(error);
          return [];
        }
      });
    },
    isComplete: () => unknowns.length === 0,
  });
  if (unknowns.length > 0) throw unknowns[0];
}

/** Checks each item, however many of the others have unknown values. */
export function eachOf<T>(items: Iterable<T>, check: (item: T) => void): void {
  readAll(({ collect }) => void collect(items, check));
}
