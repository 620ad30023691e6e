/** The demo mesh for programs and tests that start it in process. */
export { readConfig, type DemoConfig } from './config.js';
export { startDemo, type RunningDemo } from './server.js';
