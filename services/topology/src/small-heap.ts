/**
 * Imported first. A graph of 20,000 edges is built anew in each window and makes much garbage: V8's generous heap took
 * 550 MB for it; collected sooner it is 290 MB at the peak and 200 MB between windows (240 MB with glibc's own idea of malloc).
 */
import { setFlagsFromString } from 'node:v8';

for (const flag of ['--max-semi-space-size=4', '--semi-space-growth-factor=1', '--optimize-for-size']) setFlagsFromString(flag);
