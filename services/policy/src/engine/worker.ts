/** The policy engine's worker thread. */
import { serveJobs } from '@observatory/platform/thread';
import { JOBS } from './jobs.js';

serveJobs(JOBS);
