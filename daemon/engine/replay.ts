/** Reads a capture as if its events happened now: with its own time, its own processes and users. */
import type { HostDescription } from '../sources/capture/host-writer.js';
import { CaptureSource } from '../sources/capture/source.js';
import type { OnRecord } from '../sources/on-record.js';
import { Inspector } from '../state/inspector.js';
import { recordedEmit, startRecording, type Recording } from './recording.js';
import { makeJudge, type Judge, type Run, type RunContext } from './run.js';

/** How long one turn may process records before messages from the main thread get their chance. */
const TURN_MS = 20;
/** Between two reports of how far it is. */
const PROGRESS_MS = 200;
const NS_PER_MS = 1_000_000;
const SECOND_NS = 1_000_000_000n;

/** Null: the capture could not be opened, and it was said why. */
export async function replayCapture(context: RunContext): Promise<Run | null> {
  const { config, send, log } = context;
  const inspector = new Inspector({ live: false, threadLimit: config.falco_libs.thread_table_size });
  const opened = await CaptureSource.open(config.engine.replay.capture_file, inspector);
  if (!opened.ok) {
    send({ kind: 'error', message: opened.message });
    return null;
  }
  const { source } = opened;
  let recording: Recording | null = null;
  const judge = makeJudge(
    context,
    inspector,
    recordedEmit(() => recording, context.emitAll),
  );
  const judged = recordHandler(context, inspector, source, judge);
  const recorded: OnRecord = (batch, offset, cpu) => {
    recording ??= startRecording({
      ...{ config, inspector, log, emit: context.emitAll },
      past: new Inspector({ live: false, threadLimit: config.falco_libs.thread_table_size }),
      host: capturedHost(source, inspector),
    });
    judged(batch, offset, cpu);
    recording.recorder.record(batch, offset, cpu);
  };
  const onRecord = config.capture.enabled && judge.explanation === undefined ? recorded : judged;
  send({ kind: 'ready' });
  let nextProgress = Date.now() + PROGRESS_MS;

  async function read(): Promise<void> {
    for (;;) {
      context.pulse.beat();
      context.pulse.prove();
      const state = source.step(TURN_MS, onRecord);
      if (state === 'end') break;
      if (state === 'more') await source.fill();
      else await new Promise(setImmediate);
      const now = Date.now();
      if (now < nextProgress) continue;
      nextProgress = now + PROGRESS_MS;
      const { bytesRead, bytesTotal } = source.stats();
      send({ kind: 'progress', done: bytesRead, total: bytesTotal });
    }
    await source.close();
    judge.explanation?.finish();
    await recording?.recorder.close();
    const { unknown } = source.stats();
    if (unknown > 0) {
      log('warning', `${String(unknown)} events of the capture are damaged or of an unknown layout: skipped`);
    }
    // What -M left out is left out on purpose: that is an end as good as the capture's own.
    if (source.problem !== null) send({ kind: 'error', message: source.problem });
    else send({ kind: 'complete' });
    context.ended();
  }

  void read();
  return {
    statistics() {
      const state = inspector.stats();
      return {
        events: judge.detector.events,
        alerts: judge.detector.alerts,
        malformed: state.malformed + source.stats().unknown,
        byRule: judge.detector.counts(),
        losses: { occurrences: 0, actionsTaken: 0 },
        driver: null,
        state: { ...state, fds: inspector.threads.countFds() },
      };
    },
    reload: (_config, book) => judge.detector.swap(book),
    stop() {
      source.halt();
    },
  };
}

/** The judge, with what has to look at the time of the events. */
function recordHandler(
  { seconds }: RunContext,
  inspector: Inspector,
  source: CaptureSource,
  { explanation, onRecord }: Judge,
): OnRecord {
  if (explanation === undefined && seconds === 0) return onRecord;
  const { record } = inspector;
  const length = BigInt(seconds) * SECOND_NS;
  let end: bigint | null = null;
  return (batch, offset, cpu) => {
    const time = batch.readBigUInt64LE(offset);
    end ??= time + length;
    if (seconds > 0 && time > end) {
      source.halt();
      return;
    }
    onRecord(batch, offset, cpu);
    explanation?.tick(Number(record.time()) / NS_PER_MS);
  };
}

/** The host of a capture, for a capture that is cut out of it. */
function capturedHost({ machine }: CaptureSource, { view }: Inspector): HostDescription {
  return {
    cpus: machine?.cpus ?? 1,
    memoryBytes: 0,
    maxPid: 0,
    hostname: machine?.hostname ?? '',
    bootTime: machine?.bootTime ?? 0n,
    interfaces: [...(view.localAddresses ?? [])].map(([address, netmask]) => ({
      name: '',
      address,
      netmask,
    })),
  };
}
