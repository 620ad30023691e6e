// Who may import whom. A rule's name is what it protects; the comment says why.
const test = '\\.(spec|int-spec|e2e-spec)\\.tsx?$|/test/';
const pureLib = '^libs/(mesh|authz|detect)/src/';
const frameworks = 'node_modules/(@nestjs|typeorm|pg|ioredis|@nats-io|@grpc|@kubernetes|fastify|pino|rxjs|prom-client)';

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'A cycle has no bottom to start reading at.', from: {}, to: { circular: true } },
    {
      name: 'contracts-need-zod-only',
      severity: 'error',
      comment: 'The browser and other teams load them.',
      from: { path: '^libs/contracts/src/', pathNot: test },
      to: { pathNot: ['^libs/contracts/src/', 'node_modules/zod/'] },
    },
    {
      name: 'pure-libs-need-contracts-only',
      severity: 'error',
      comment: 'No framework, no IO: values in, values out. Their command lines live in cli/ and may read files.',
      from: { path: pureLib, pathNot: [test, '/cli/', '/cli\\.ts$', '/bin\\.ts$'] },
      to: { pathNot: ['^libs/$1/src/', '^libs/contracts/src/', 'node_modules/(zod|yaml)/'], path: '.' },
    },
    {
      name: 'domain-without-frameworks',
      severity: 'error',
      comment: 'The idea of a feature is readable without meeting a framework.',
      from: { path: '^(services/[^/]+/src/.*domain|ui/src/features/[^/]+/model)/', pathNot: test },
      to: { path: [frameworks, 'node_modules/(react|@tanstack|zustand)/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'services-apart',
      severity: 'error',
      comment: 'Services meet on NATS and in the contracts only.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'libs-below-services',
      severity: 'error',
      comment: 'Libraries know nothing of who uses them.',
      from: { path: '^(libs|proto)/' },
      to: { path: '^(services|ui)/' },
    },
    {
      name: 'ui-needs-contracts-only',
      severity: 'error',
      comment: 'The browser speaks to the gateway, never to our code on the server.',
      from: { path: '^ui/src/', pathNot: test },
      to: { path: '^(libs|services|proto)/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'ui-features-apart',
      severity: 'error',
      comment: 'What two features share lives in components/ or lib/.',
      from: { path: '^ui/src/features/([^/]+)/' },
      to: { path: '^ui/src/features/', pathNot: '^ui/src/features/$1/' },
    },
    {
      name: 'demo-and-testing-stay-out-of-the-product',
      severity: 'error',
      comment: 'Nothing in the suite knows that it observes a demo.',
      from: { path: '^(services/[^/]+/src|ui/src|libs/(contracts|platform|mesh|authz|detect)/src)/', pathNot: test },
      to: { path: '^libs/(demo-mesh|testing)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@observatory/source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
