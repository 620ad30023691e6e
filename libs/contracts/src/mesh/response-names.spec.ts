import { grpcFailureName, isNoResponse } from './response-names.js';

it('names what failed by gRPC, and leaves the rest to the HTTP code', () => {
  expect(['14', '16', '99', 'x', '0', '', undefined].map(grpcFailureName)).toEqual([
    'gRPC 14 Unavailable',
    'gRPC 16 Unauthenticated',
    'gRPC 99',
    'gRPC x',
    undefined,
    undefined,
    undefined,
  ]);
  expect(['0', '-', '200', ''].map(isNoResponse)).toEqual([true, true, false, false]);
});
