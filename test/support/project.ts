import { fileURLToPath } from 'node:url';

/** Root folder of the project (tests run from dist/test/support). */
export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));
