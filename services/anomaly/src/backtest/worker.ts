/** The backtest's worker thread: one backtest, then it ends. */
import { serveJobs } from '@observatory/platform/thread';
import { backtestJobs } from '../domain/backtest-jobs.js';

serveJobs(backtestJobs());
