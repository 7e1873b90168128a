import type { Alert } from '../alerts/alert.js';
import type { Config } from '../config/config.js';
import { Recorder } from '../recording/recorder.js';
import type { HostDescription } from '../sources/capture/host-writer.js';
import type { OnRecord } from '../sources/on-record.js';
import type { Inspector } from '../state/inspector.js';
import type { EmitAlert } from './detector.js';
import type { LogLevel } from './messages.js';

const MEGABYTE = 1024 * 1024;

/** What the run goes on with when alerts are recorded. */
export interface Recording {
  readonly recorder: Recorder;
  /** Goes round `onRecord` of the judge. */
  wrap(onRecord: OnRecord): OnRecord;
  /** Tables as they were before the oldest event of the history. */
  readonly past: Inspector;
}

/** How a run reaches its recorder, which is there only when `capture.enabled` says so. */
export interface RecordingParts {
  readonly config: Config;
  /** The tables of the run. */
  readonly inspector: Inspector;
  /** Empty tables of the same kind. */
  readonly past: Inspector;
  readonly host: HostDescription;
  log(level: LogLevel, text: string): void;
  emit(alert: Alert): void;
}

/**
 * Recorder of a run. The tables have to be filled as they are before the first event when it is made.
 */
export function startRecording({ config, inspector, past, host, log, emit }: RecordingParts): Recording {
  past.threads.copy(inspector.threads);
  const { capture } = config;
  const recorder = new Recorder(
    {
      pathPrefix: capture.path_prefix,
      mode: capture.mode,
      defaultDurationMs: capture.default_duration,
      maxFileBytes: capture.max_file_size_mb * MEGABYTE,
      historyMs: capture.history_duration,
      historyBytes: capture.history_size_mb * MEGABYTE,
    },
    { inspector, past, host, log, alert: emit },
  );
  return {
    recorder,
    past,
    wrap: onRecord => (batch, offset, cpu) => {
      onRecord(batch, offset, cpu);
      recorder.record(batch, offset, cpu);
    },
  };
}

/** Tells the recorder, once there is one, of each alert before it is handed on. */
export function recordedEmit(recording: () => Recording | null, emit: (alert: Alert) => void): EmitAlert {
  return (alert, rule) => {
    recording()?.recorder.fired(rule);
    emit(alert);
  };
}
