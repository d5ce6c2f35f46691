/**
 * An error that is the user's to fix: its message is a sentence that names what is wrong and what to change, and it is
 * shown without a stack trace.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
