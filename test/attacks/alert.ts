/** What the suite knows of an alert, and whether it is the one that an attack has to raise. */
import { FILE_FIELDS, MARK_FIELD, type Attack } from './attack.js';

export interface SeenAlert {
  readonly rule: string;
  /** When the event happened and when the alert was read, in milliseconds since the epoch. */
  readonly happened: number;
  readonly arrived: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Where an attack ran, and what its alert has to say of that. */
export interface Scene {
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** Folder of the attack, as it sees it. */
  readonly work: string;
  /** `container.id` of its alerts; `host` for none. */
  readonly container: string;
}

/** The alert in a line of an output or of syslog; null when there is none. */
export function parseAlert(line: string, arrived: number): SeenAlert | null {
  const start = line.indexOf('{');
  if (start < 0) return null;
  let value: unknown;
  try {
    value = JSON.parse(line.slice(start));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { rule, time, output_fields: fields } = value as Record<string, unknown>;
  if (typeof rule !== 'string' || typeof time !== 'string') return null;
  return {
    rule,
    happened: millisecondsOf(time),
    arrived,
    fields: typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {},
  };
}

/** With the digits behind the third, which Date.parse drops. */
function millisecondsOf(time: string): number {
  const fraction = /\.\d{3}(\d+)Z$/.exec(time)?.[1] ?? '0';
  return Date.parse(time) + Number(`0.${fraction}`);
}

/**
 * Why this alert is not the attack's: nothing when it is. A field that the alert does not have is not judged: the
 * suite's own daemon shows them all, others show what their rules name.
 */
export function differences(attack: Attack, scene: Scene, alert: SeenAlert): readonly string[] {
  const found: string[] = [];
  const shown = (name: string): string | undefined => {
    const value = alert.fields[name];
    return value === undefined || value === null || value === '' ? undefined : String(value);
  };
  const name = shown('proc.name');
  if (name !== undefined && !attack.processes.includes(name)) found.push(`process ${name}`);
  const container = shown('container.id');
  if (container !== undefined && container !== scene.container) found.push(`container ${container}`);
  if (attack.file !== null) {
    const file = attack.file.replace(/^WORK/, scene.work);
    const files = FILE_FIELDS.flatMap(field => shown(field) ?? []);
    const has = FILE_FIELDS.some(field => field in alert.fields);
    if (has && !files.includes(file)) found.push(`file ${files.join(', ') || 'none'}`);
  }
  return found;
}

/** Whether the alert can have been raised by this attack at all: of this rule, since it began, and not of another one. */
export function isCandidate(attack: Attack, scene: Scene, alert: SeenAlert): boolean {
  const mark = alert.fields[MARK_FIELD];
  return (
    alert.rule === attack.rule && alert.happened >= scene.began && (mark === undefined || mark === attack.id)
  );
}
