import type { Values } from './key.js';
import type { KEYS } from './keys.js';

/**
 * The whole configuration with every value in place, named as in falco.yaml (`config.engine.modern_ebpf.buf_size_preset`).
 * Plain data, fit for a message to a worker.
 */
export type Config = Values<typeof KEYS>;
