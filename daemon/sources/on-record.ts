/** Takes one event record; `offset` is where its header starts in `batch`, which is valid during the call only. */
export type OnRecord = (batch: Buffer, offset: number, cpu: number) => void;
