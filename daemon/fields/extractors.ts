import { withoutValue, type Extractors } from './extractor.js';
import { fieldTable } from './tables/fields.js';

/** The extractors of all classes. */
export const extractors: Extractors = Object.fromEntries(fieldTable.map(row => [row.name, withoutValue]));
