/**
 * A policy's settings. The CLI fills the schema's defaults in; a runner that does not gets them here.
 *
 * @param defaults the same values as in the policy's `configSchema`.
 */
export function settingsOf<T extends object>(args: { getConfig<C extends object>(): C }, defaults: T): T {
  return { ...defaults, ...args.getConfig<Partial<T>>() };
}
