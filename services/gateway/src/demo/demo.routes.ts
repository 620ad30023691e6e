/** The demo mesh's panel: there in demo mode only. */
import { demoFault, demoFaultList, demoFaultRequest } from '@observatory/contracts';
import { z } from 'zod';
import { route } from '../http/route.js';

const errors = ['demo/not-a-demo', 'service/unavailable'] as const;

export const GET_FAULTS = route({
  method: 'GET',
  path: '/api/v1/demo/faults',
  tag: 'demo',
  summary: 'Faults that are at work in the demo mesh',
  answer: demoFaultList,
  errors: [...errors],
});

export const POST_FAULT = route({
  method: 'POST',
  path: '/api/v1/demo/faults',
  tag: 'demo',
  summary: 'Injects a fault into the demo mesh',
  body: demoFaultRequest,
  answer: demoFault,
  status: 201,
  errors: [...errors],
});

export const DELETE_FAULT = route({
  method: 'DELETE',
  path: '/api/v1/demo/faults/{id}',
  tag: 'demo',
  summary: 'Ends a fault',
  params: z.object({ id: z.string().regex(/^[\w.~-]{1,100}$/) }),
  status: 204,
  errors: ['resource/not-found', ...errors],
});

export const DEMO_ROUTES = [GET_FAULTS, POST_FAULT, DELETE_FAULT];
