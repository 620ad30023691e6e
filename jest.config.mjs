// Three tiers: unit (*.spec.ts, no IO), integration (*.int-spec.ts, real servers), end to end (*.e2e-spec.ts, Chromium).
// Sources run as ESM through SWC; `@observatory/source` resolves workspaces to their TypeScript.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Libraries without IO: their branches are counted. */
export const PURE_LIBS = ['contracts', 'mesh', 'authz', 'detect'];

const tier = (displayName, suffix) => ({
  displayName,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@observatory/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': ['@swc/jest'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testMatch: [`<rootDir>/{libs,services,proto,dev,ui,bench}/**/*.${suffix}.{ts,tsx}`],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.observatory/'],
  coveragePathIgnorePatterns: ['/node_modules/', '\\.spec\\.ts$', '/index\\.ts$'],
  ...(suffix === 'spec'
    ? {}
    : {
        setupFilesAfterEnv: ['<rootDir>/dev/jest-slow-tier.mjs'],
        globalSetup: '<rootDir>/dev/jest-servers.mjs',
        globalTeardown: '<rootDir>/dev/jest-servers-stop.mjs',
      }),
});

const hasCode = (lib) => {
  const source = join(import.meta.dirname, 'libs', lib, 'src');
  return existsSync(source) && readdirSync(source, { recursive: true }).some((name) => /(?<!\.spec|index)\.ts$/.test(name));
};
const withCode = PURE_LIBS.filter(hasCode);

export default {
  projects: [tier('unit', 'spec'), tier('integration', 'int-spec'), tier('e2e', 'e2e-spec')],
  // Read by `npm test`, which asks for coverage when it runs the whole unit tier.
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'json-summary'],
  coverageDirectory: '.observatory/coverage',
  collectCoverageFrom: [...withCode.map((lib) => `libs/${lib}/src/**/*.ts`), '!**/*.spec.ts', '!**/index.ts'],
  coverageThreshold: Object.fromEntries(withCode.map((lib) => [`./libs/${lib}/src/`, { branches: 95 }])),
};
