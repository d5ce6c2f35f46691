import type { ErrorCode } from "./error-codes";

/**
 * An error that is the user's to fix: its message is a sentence that names what is wrong and what to change, and it is
 * shown without a stack trace.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  /** Makes Pulumi's SDK show only the error's message, without the stack trace and the error's fields. */
  protected readonly __pulumiRunError = true;

  /** The lab's package has a class like this of its own. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return this === UserError
      ? error instanceof Error && "__pulumiRunError" in error && "code" in error
      : Function.prototype[Symbol.hasInstance].call(this, error);
  }

  /** @param code the kind of failure; a subclass has one of its own. */
  constructor(
    message: string,
    readonly code: ErrorCode = "SLUICE1000",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
