// Three tiers: unit (*.spec.ts, no IO), integration (*.int-spec.ts, real servers), end to end (*.e2e-spec.ts, Chromium).
// Sources run as ESM through SWC; `@observatory/source` resolves workspaces to their TypeScript.
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
  setupFilesAfterEnv: suffix === 'spec' ? [] : ['<rootDir>/dev/jest-slow-tier.mjs'],
});

export default {
  projects: [tier('unit', 'spec'), tier('integration', 'int-spec'), tier('e2e', 'e2e-spec')],
  collectCoverageFrom: ['libs/{contracts,mesh,authz,detect}/src/**/*.ts', '!**/*.spec.ts', '!**/index.ts'],
  coverageDirectory: '.observatory/coverage',
};
