import { lazy, Suspense } from 'react';
import { Skeleton } from '../../components/state-view.js';
import type { YamlEditorProps } from './editor/yaml-editor.js';

const Editor = lazy(async () => ({ default: (await import('./editor/yaml-editor.js')).YamlEditor }));

/** The editor comes when it is needed: it is heavier than all the rest of the page. */
export function LazyEditor({ height, ...props }: YamlEditorProps & { height: string }) {
  return (
    <div style={{ height }}>
      <Suspense fallback={<Skeleton label="Loading the editor" className="h-full" />}>
        <Editor {...props} />
      </Suspense>
    </div>
  );
}
