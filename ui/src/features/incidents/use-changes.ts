/** What people decide, sent once; what was read about it is read again. */
import type { AllowanceBody, DecisionBody, FeedbackBody, SuppressionBody } from '@observatory/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../lib/api.js';

function useRefresh() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['anomaly'] });
}

export function useDecide(incidentId: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: DecisionBody) => api(`/incidents/${encodeURIComponent(incidentId)}`, 'decideReply', { method: 'PATCH', body }),
    onSettled: refresh,
  });
}

export function useFeedback(incidentId: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: FeedbackBody) =>
      api(`/incidents/${encodeURIComponent(incidentId)}/feedback`, 'feedbackReply', { method: 'POST', body }),
    onSettled: refresh,
  });
}

export function useSuppress() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: SuppressionBody) => api('/anomalies/suppressions', 'suppressionReply', { method: 'POST', body }),
    onSettled: refresh,
  });
}

export function useAllow() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: AllowanceBody) => api('/anomalies/allowances', 'allowanceReply', { method: 'POST', body }),
    onSettled: refresh,
  });
}

export function useEndRule(of: 'suppressions' | 'allowances') {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) await api(`/anomalies/${of}/${encodeURIComponent(id)}`, 'ruleEndReply', { method: 'DELETE' });
    },
    onSettled: refresh,
  });
}
