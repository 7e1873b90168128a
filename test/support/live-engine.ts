/** The engine on the running kernel, with these rules and the default configuration, once it is ready. */
import assert from 'node:assert/strict';
import { defaultConfig } from '../../daemon/config/defaults.js';
import { startEngine, type Engine, type EngineHandlers } from '../../daemon/engine/engine.js';
import { eventually } from './process.js';

type Rules = Parameters<typeof startEngine>[0]['rules'];

export async function watchingEngine(rules: Rules, onAlert: EngineHandlers['onAlert']): Promise<Engine> {
  const errors: string[] = [];
  let ready = false;
  const engine = startEngine(
    { config: defaultConfig(), rules },
    {
      onRules: () => undefined,
      onReady: () => (ready = true),
      onAlert,
      onLog: () => undefined,
      onError: message => errors.push(message),
      onEnd: () => undefined,
    },
  );
  await eventually('the engine is ready', () => (ready || errors.length > 0 ? true : undefined), 10_000);
  assert.deepEqual(errors, []);
  return engine;
}
