/** A kind of failure, as docs/errors.md explains it. */
export interface ErrorKind {
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What that means, and what it doesn't. */
  readonly meaning: string;
  /** What to do. */
  readonly remedy: string;
  /** The command's exit code; 0 for a warning. */
  readonly exit: 0 | 1 | 2 | 3 | 130;
}
