import { Check, Download, Link2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useEffect, useState } from 'react';
import { Button } from '../../components/button.js';
import { apiUrl } from '../../lib/api.js';
import { saveFile } from '../../lib/save-file.js';
import { endOf } from '../../lib/time.js';
import { useScope } from '../../lib/use-scope.js';
import { useTime } from '../../lib/use-time.js';
import type { MapHandle } from './map-canvas.js';
import type { MapState } from './model/map-url.js';

const FORMATS = [
  ['json', 'JSON'],
  ['graphml', 'GraphML'],
  ['dot', 'DOT (Graphviz)'],
  ['csv', 'CSV of the edges'],
] as const;

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The graph as data from the API, the picture from the screen, and the address of exactly this view. */
export function ExportMenu({ state, map }: { state: MapState; map: { current: MapHandle | null } }) {
  const { time } = useTime();
  const { cluster, namespaces } = useScope();
  const name = `map-${(endOf(time) ?? new Date().toISOString()).slice(0, 16).replaceAll(':', '')}`;
  const href = (format: string) =>
    apiUrl('/topology/export', {
      format,
      graph: state.graph,
      window: state.window,
      at: endOf(time),
      cluster,
      namespaces,
      idle: state.idle,
    });
  const item =
    'flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 outline-none data-[highlighted]:bg-inset data-[disabled]:opacity-50';
  const drawn = !state.table;
  return (
    <>
      <CopyLink />
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <Button look="plain" title="Export">
            <Download size={15} aria-hidden /> <span className="max-2xl:sr-only">Export</span>
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={6}
            className="z-40 w-52 rounded-lg border border-line bg-surface p-1 text-sm shadow-(--shadow)"
          >
            <DropdownMenu.Label className="px-2 py-1 text-xs text-ink-3">The whole graph, as data</DropdownMenu.Label>
            {FORMATS.map(([format, title]) => (
              <DropdownMenu.Item key={format} asChild className={item}>
                <a href={href(format)} download>
                  {title}
                </a>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Label className="px-2 pt-2 pb-1 text-xs text-ink-3">What is drawn, as a picture</DropdownMenu.Label>
            <DropdownMenu.Item
              className={item}
              disabled={!drawn}
              onSelect={() => void map.current?.png().then((blob) => saveBlob(`${name}.png`, blob))}
            >
              PNG
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className={item}
              disabled={!drawn}
              onSelect={() => map.current && saveFile(`${name}.svg`, map.current.svg('Map of the mesh'), 'image/svg+xml')}
            >
              SVG
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
  );
}

function CopyLink() {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Link2;
  const copy = () => void navigator.clipboard.writeText(location.href).then(() => setCopied(true));
  return (
    <Button look="plain" onClick={copy} title="Copy a link to exactly this view">
      <Icon size={15} aria-hidden /> <span className="max-2xl:sr-only">{copied ? 'Copied' : 'Link'}</span>
    </Button>
  );
}
