/** Signing in and out. Roles and accounts come later: whoever has the link or the token is the administrator. */
import { signedIn } from '@observatory/contracts';
import { z } from 'zod';
import { route } from '../http/route.js';

export const POST_LOGIN = route({
  method: 'POST',
  path: '/api/v1/auth/login',
  tag: 'auth',
  summary: 'Exchanges the one-time sign-in link for a session cookie',
  body: z.object({ link: z.string().min(1).max(256).meta({ description: 'the token of the link' }) }).meta({ id: 'LoginRequest' }),
  answer: signedIn,
  errors: ['auth/link-used'],
  open: true,
});

export const GET_ME = route({ method: 'GET', path: '/api/v1/auth/me', tag: 'auth', summary: 'Who is signed in', answer: signedIn });

export const POST_LOGOUT = route({ method: 'POST', path: '/api/v1/auth/logout', tag: 'auth', summary: 'Ends the session', status: 204 });

export const AUTH_ROUTES = [POST_LOGIN, GET_ME, POST_LOGOUT];
