/** What the two sides of the suite tell each other: the one that watches, and the one that lives in the machine. */

/** A line of JSON on the standard output of the side that lives. */
export type FromMachine =
  | {
      readonly kind: 'ready';
      /** Sockets of container runtimes, as seen from inside, by the name that falco.yaml has for them. */
      readonly sockets: Readonly<Record<string, string>>;
      /** How many are going to be performed, one after the other. */
      readonly activities: number;
    }
  | { readonly kind: 'begin'; readonly id: string; readonly does: string }
  | { readonly kind: 'end'; readonly id: string; readonly outcome: Outcome };

export type Outcome =
  | { readonly kind: 'done' }
  /** It cannot be performed here. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A line on its standard input: begin to live; and end. */
export const GO = 'go';
