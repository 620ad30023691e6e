import { StateView } from '../../components/state-view.js';
import { EdgePanel } from './edge-panel.js';
import type { MapView } from './model/level-of-detail.js';
import { namespaceSentence, summedEdgeSentence } from './model/sentence.js';
import type { Hit } from './model/pointing.js';
import { NodePanel } from './node-panel.js';
import { PeerList } from './peer-list.js';
import { SheetFrame } from './sheet-frame.js';
import type { MapModel } from './use-map-model.js';
import { Button } from '../../components/button.js';

interface SidePanelProps {
  id: string;
  model: MapModel;
  view: MapView | null;
  onSelect: (id: string | null) => void;
  onOpen: (hit: Hit) => void;
}

/** What is selected, in words, figures and charts. A link may name what is gone: then that is said. */
export function SidePanel({ id, model, view, onSelect, onOpen }: SidePanelProps) {
  const { topology } = model;
  const close = () => onSelect(null);
  const node = topology.nodes.find((each) => each.id === id);
  if (node) return <NodePanel node={node} topology={topology} onSelect={onSelect} onClose={close} />;
  const edge = topology.edges.find((each) => each.id === id);
  if (edge) return <EdgePanel edge={edge} topology={topology} onSelect={onSelect} onClose={close} />;
  const summed = view?.edges.find((each) => each.id === id);
  const names = new Map(view?.nodes.map((each) => [each.id, each.name]));
  if (summed) {
    const ends = { source: names.get(summed.source) ?? '', target: names.get(summed.target) ?? '' };
    return (
      <SheetFrame label="Selected edges" title={`${ends.source} → ${ends.target}`} onClose={close}>
        <p className="text-pretty">{summedEdgeSentence(summed, ends)}</p>
        <PeerList title="Edges" edges={summed.edges} topology={topology} end="both" onSelect={onSelect} />
      </SheetFrame>
    );
  }
  const namespace = view?.nodes.find((each) => each.id === id);
  if (namespace)
    return (
      <SheetFrame label="Selected namespace" title={namespace.name} onClose={close}>
        <p className="text-pretty">{namespaceSentence(namespace)}</p>
        <Button className="mt-3" onClick={() => onOpen({ type: 'node', id })}>
          Show its workloads
        </Button>
      </SheetFrame>
    );
  return (
    <SheetFrame label="Selected" title="Not on this map" onClose={close}>
      <StateView state="empty" title="It is not here">
        What this link points to had no traffic in this window, is filtered out, or is gone. Widen the window, or clear Hide and the scope.
      </StateView>
    </SheetFrame>
  );
}
