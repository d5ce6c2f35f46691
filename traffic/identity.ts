/** A version's identity for its users: versions that differ are different releases, whatever their names. */
export interface Identity {
  /** A digest of all that its pods are made of. */
  readonly digest: string;
  /** Its images, for people: one for each workload of the release. */
  readonly images: readonly string[];
}

/** What each version is, by its name. */
export type Identities = Readonly<Record<string, Identity>>;
