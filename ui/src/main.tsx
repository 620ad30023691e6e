import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeRouter } from './app/router.js';
import { applyPreferences } from './lib/preferences.js';
import { retryable, retryDelayMs } from './lib/queries.js';
import './styles/index.css';

applyPreferences();
const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: retryable, retryDelay: retryDelayMs, staleTime: 5000, refetchOnWindowFocus: true },
  },
});
const router = makeRouter();
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
