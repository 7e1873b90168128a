/**
 * Alerts as lines: what every output writes. In: alerts as the engine gives them, and the settings for their form.
 * Out: bytes without a newline at the end. Imported by cli and outputs. Form: reference/falco/outputs.md 6.1–6.3.
 */
import { toText } from '../events/byte-string.js';
import { PRIORITY_NAMES, type Alert } from './alert.js';
import { localTime, utcTime } from './clock.js';
import { jsonFieldValue, jsonText, jsonValue, sortedKeys } from './json.js';

export interface LineOptions {
  readonly json: boolean;
  readonly iso8601: boolean;
  /** Which properties JSON alerts have. */
  readonly output: boolean;
  readonly message: boolean;
  readonly outputFields: boolean;
  readonly tags: boolean;
  readonly hostname: string;
}

/** Source of what the daemon itself has to report; such alerts have a form of their own. */
export const INTERNAL = 'internal';

/**
 * The line of an alert. Text lines carry the very bytes of the event (a file name need not be valid UTF-8); in JSON
 * what is not valid becomes U+FFFD.
 */
export function alertLine(alert: Alert, options: LineOptions): Buffer {
  if (alert.source === INTERNAL) {
    return options.json
      ? Buffer.from(internalJson(alert, options), 'utf8')
      : Buffer.from(internalText(alert), 'latin1');
  }
  const text = textLine(alert, options.iso8601);
  return options.json ? Buffer.from(jsonLine(alert, text, options), 'utf8') : Buffer.from(text, 'latin1');
}

function textLine(alert: Alert, iso8601: boolean): string {
  const time = iso8601 ? utcTime(alert.time, '+0000') : localTime(alert.time);
  return `${time}: ${PRIORITY_NAMES[alert.priority]} ${alert.message}`;
}

function jsonLine(alert: Alert, text: string, options: LineOptions): string {
  const parts = [`"hostname":${JSON.stringify(options.hostname)}`];
  if (options.message) parts.push(`"message":${jsonText(alert.message)}`);
  if (options.output) parts.push(`"output":${jsonText(text)}`);
  if (options.outputFields) parts.push(`"output_fields":${fieldsJson(alert, options.iso8601)}`);
  parts.push(
    `"priority":"${PRIORITY_NAMES[alert.priority]}"`,
    `"rule":${jsonText(alert.rule)}`,
    `"source":${JSON.stringify(alert.source)}`,
  );
  if (options.tags) parts.push(`"tags":[${[...alert.tags].sort().map(jsonText).join(',')}]`);
  parts.push(`"time":"${utcTime(alert.time, 'Z')}"`);
  return `{${parts.join(',')}}`;
}

/** The time in front of the line counts as a field of the output. */
function fieldsJson(alert: Alert, iso8601: boolean): string {
  const fields = { ...alert.fields, [iso8601 ? 'evt.time.iso8601' : 'evt.time']: alert.time };
  return `{${sortedKeys(fields)
    .map(key => `${jsonText(key)}:${jsonFieldValue(key, fields[key]!)}`)
    .join(',')}}`;
}

/** Always in local time, with the fields behind the text. */
function internalText(alert: Alert): string {
  const keys = sortedKeys(alert.fields);
  const fields = keys.map(key => `${key}=${latin1Json(alert, key)}`).join(' ');
  return `${localTime(alert.time)}: ${PRIORITY_NAMES[alert.priority]} ${alert.message}${keys.length > 0 ? ` (${fields})` : ''}`;
}

function latin1Json(alert: Alert, key: string): string {
  return Buffer.from(jsonValue(alert.fields[key]!), 'utf8').toString('latin1');
}

function internalJson(alert: Alert, options: LineOptions): string {
  const fields = sortedKeys(alert.fields).map(key => `${jsonText(key)}:${jsonValue(alert.fields[key]!)}`);
  return (
    `{"hostname":${JSON.stringify(options.hostname)},"output":${jsonText(alert.message)},"output_fields":{${fields.join(',')}},` +
    `"priority":"${PRIORITY_NAMES[alert.priority]}","rule":${jsonText(alert.rule)},"source":${JSON.stringify(toText(alert.source))},` +
    `"time":"${utcTime(alert.time, 'Z')}"}`
  );
}
