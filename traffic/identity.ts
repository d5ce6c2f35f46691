/** What a version is, as far as users can tell: two that differ are two releases, whatever they are called. */
export interface Identity {
  /** A digest of all that its pods are made of. */
  readonly digest: string;
  /** Its images, for people: one for each workload of the release. */
  readonly images: readonly string[];
}

/** What each version is, by its name. */
export type Identities = Readonly<Record<string, Identity>>;
