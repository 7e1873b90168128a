import type { Extractors } from './extractor.js';

/** A counter for measuring: each bound field counts its own extractions. */
export const utilFields: Extractors = {
  'util.cnt': {
    cost: 1,
    bind: () => {
      let count = 0;
      return { extract: () => count++ };
    },
  },
};
