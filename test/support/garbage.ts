/** Collects what nobody holds any more, so that what a test weighs is what is kept, and not when the collector last came. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
export const collectGarbage = runInNewContext('gc') as () => void;
