/** YAML text → a test file, or what is wrong with it. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import type { JsonObject } from '../events/json-value.js';
import { parsePriority, PRIORITY_NAMES } from '../rules/priority.js';
import { parseYaml, type YamlNode } from '../rules/yaml.js';
import { readAuditEvent } from './audit-event.js';
import { EVENT_KEYS, readEvent, type EventEntries } from './event.js';
import { Processes } from './process.js';
import { Reader } from './reader.js';
import type { ExpectedAlert, RuleTest, TestEvent, TestFile } from './test-file.js';

export type ReadResult =
  | { readonly ok: true; readonly value: TestFile }
  | { readonly ok: false; readonly errors: readonly Diagnostic[] };

/** @param name as it is to be called in reports */
export function readTests(name: string, content: Buffer): ReadResult {
  const yaml = parseYaml(name, content);
  const reader = new Reader(yaml.file);
  if (yaml.error !== null) reader.fail(yaml.error, yaml.error.message);
  const [root] = yaml.documents;
  const value = root === undefined || yaml.error !== null ? null : readFile(root, reader);
  if (root === undefined && yaml.error === null) reader.fail({ start: 0, end: 0 }, 'the file is empty');
  if (yaml.documents.length > 1) reader.fail(yaml.documents[1]!, 'a test file is one document');
  if (value === null || reader.problems.length > 0) return { ok: false, errors: reader.problems };
  return { ok: true, value };
}

function readFile(root: YamlNode, reader: Reader): TestFile | null {
  const entries = reader.map(root, 'a test file', ['rules', 'processes', 'tests'] as const);
  if (entries === null) return null;
  if (entries.rules === undefined) reader.fail(root, "a test file has to name its rules files under 'rules'");
  const rules = entries.rules === undefined ? null : reader.texts(entries.rules.value, "'rules'");
  const processes = new Processes(reader);
  if (entries.processes !== undefined) processes.define(entries.processes.value);
  if (entries.tests === undefined) return reader.fail(root, "a test file has to have 'tests'");
  const tests: RuleTest[] = [];
  const names = new Set<string>();
  for (const node of reader.items(entries.tests.value, "'tests'") ?? []) {
    const test = readTest(node, processes, reader);
    if (test === null) continue;
    if (names.has(test.name)) reader.fail(test.at, `there is another test '${test.name}' before this`);
    names.add(test.name);
    tests.push(test);
  }
  return {
    file: reader.file,
    rules: (rules ?? []).map(item => ({ path: item.text, at: item })),
    tests,
  };
}

const TEST_KEYS = ['test', 'process', 'events', 'capture', 'enable', 'alerts'] as const;

function readTest(node: YamlNode, processes: Processes, reader: Reader): RuleTest | null {
  const entries = reader.map(node, 'a test', TEST_KEYS);
  if (entries === null) return null;
  if (entries.test === undefined) return reader.fail(node, "a test has to say under 'test' what it shows");
  const name = reader.text(entries.test.value, "'test'");
  if (name === null) return null;
  if (entries.events === undefined && entries.capture === undefined)
    return reader.fail(entries.test.value, "a test has to have 'events', or a 'capture'");
  if (entries.alerts === undefined) {
    const hint = "'alerts: []' stands for none";
    return reader.fail(entries.test.value, "a test has to say under 'alerts' which are expected", hint);
  }
  const enable = readNames(entries.enable?.value, reader);
  if (entries.capture !== undefined) {
    const other = entries.events ?? entries.process;
    if (other !== undefined)
      return reader.fail(other.key, `a test with a 'capture' has no '${other.key.text}'`);
    const path = reader.text(entries.capture.value, "'capture'");
    if (path === null) return null;
    const capture = { path, at: entries.capture.value };
    return {
      name,
      at: entries.test.value,
      events: [],
      capture,
      enable,
      alerts: readAlerts(entries.alerts.value, reader),
    };
  }
  const usual = entries.process === undefined ? null : processes.read(entries.process.value);
  const events: TestEvent[] = [];
  for (const [index, item] of (reader.items(entries.events!.value, "'events'") ?? []).entries()) {
    const event = reader.map(item, 'an event', EVENT_KEYS);
    if (event === null) continue;
    if (event.audit !== undefined) {
      const document = readAudit(event.audit.value, event, index + 1, reader);
      if (document !== null) events.push({ kind: 'audit', document });
      continue;
    }
    const process = event.process === undefined ? usual : processes.read(event.process.value);
    if (process === null) {
      if (event.process === undefined && entries.process === undefined)
        reader.fail(item, "neither the event nor the test says under 'process' who did it");
      continue;
    }
    const read = readEvent(item, event, process, reader);
    if (read !== null) events.push(read);
  }
  const alerts = readAlerts(entries.alerts.value, reader);
  return { name, at: entries.test.value, events, capture: null, enable, alerts };
}

/** No process does what an API server tells, and nothing is added to it. */
function readAudit(node: YamlNode, event: EventEntries, number: number, reader: Reader): JsonObject | null {
  for (const [name, { key }] of Object.entries(event))
    if (name !== 'audit') reader.fail(key, `an event with 'audit' has no '${name}'`);
  return readAuditEvent(node, number, reader);
}

function readNames(node: YamlNode | undefined, reader: Reader): RuleTest['enable'] {
  const names = node === undefined ? [] : (reader.texts(node, "'enable'") ?? []);
  return names.map(name => ({ rule: name.text, at: name }));
}

function readAlerts(node: YamlNode, reader: Reader): readonly ExpectedAlert[] {
  const alerts: ExpectedAlert[] = [];
  for (const item of reader.items(node, "'alerts'") ?? []) {
    const alert = readAlert(item, reader);
    if (alert !== null) alerts.push(alert);
  }
  return alerts;
}

/** A rule's name alone, or with what is expected of the alert. */
function readAlert(node: YamlNode, reader: Reader): ExpectedAlert | null {
  if (node.kind === 'scalar') {
    const rule = reader.text(node, 'an alert');
    return rule === null ? null : { rule, at: node, output: [], priority: null };
  }
  const entries = reader.map(node, 'an alert', ['rule', 'output', 'priority'] as const);
  if (entries === null) return null;
  if (entries.rule === undefined) return reader.fail(node, "an alert has to name its 'rule'");
  const rule = reader.text(entries.rule.value, "'rule'");
  if (rule === null) return null;
  const output = entries.output === undefined ? [] : reader.texts(entries.output.value, "'output'");
  let priority: ExpectedAlert['priority'] = null;
  if (entries.priority !== undefined) {
    const word = reader.text(entries.priority.value, "'priority'");
    priority = word === null ? null : (parsePriority(word) ?? null);
    if (word !== null && priority === null)
      reader.fail(entries.priority.value, `'${word}' is no priority`, didYouMean(word, PRIORITY_NAMES));
  }
  return { rule, at: entries.rule.value, output: (output ?? []).map(item => item.text), priority };
}
