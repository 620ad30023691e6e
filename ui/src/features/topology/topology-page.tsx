import { StateView } from '../../components/state-view.js';

export function TopologyPage() {
  return (
    <StateView state="empty" title="The map is not drawn yet">
      The graph is at /api/v1/topology.
    </StateView>
  );
}
