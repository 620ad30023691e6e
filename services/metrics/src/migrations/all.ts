/** In the order in which they are made. */
import { CreateWindows1760000000000 } from './1760000000000-create-windows.js';
import { KeepPartialApart1764700000000 } from './1764700000000-keep-partial-apart.js';
import { ReadAgain1764760000000 } from './1764760000000-read-again.js';

export const MIGRATIONS = [CreateWindows1760000000000, KeepPartialApart1764700000000, ReadAgain1764760000000];
