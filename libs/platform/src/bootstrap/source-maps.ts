/**
 * Preloaded (`node --import`): stack traces tell the lines of our TypeScript. Node's own flag reads the maps of every package
 * too, which costs an idle service 13 MB.
 */
import { setSourceMapsSupport } from 'node:module';

setSourceMapsSupport(true);
