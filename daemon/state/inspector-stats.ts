/** What the engine counted and lost since it was made. */
export interface InspectorStats {
  readonly events: number;
  readonly malformed: number;
  readonly threads: number;
  /** Not added because a table was full. */
  readonly threadsRefused: number;
  readonly fdsRefused: number;
  /** Threads that sent events before they were known, and what became of them. */
  readonly threadsUnknown: number;
  readonly threadsLookedUp: number;
  /** Entries that belonged to an earlier thread of the same id. */
  readonly threadsStale: number;
  readonly threadsPurged: number;
  readonly threadsAdded: number;
  readonly threadsRemoved: number;
  readonly fdsAdded: number;
  readonly fdsRemoved: number;
}
