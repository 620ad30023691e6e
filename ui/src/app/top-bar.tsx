import { useQuery } from '@tanstack/react-query';
import { Menu, Search } from 'lucide-react';
import { Button } from '../components/button.js';
import { Modal } from '../components/floating.js';
import { SourceFreshness } from '../components/source-freshness.js';
import { DemoPanel } from '../features/demo/demo-panel.js';
import { openOverlay, useOverlay } from '../lib/overlays.js';
import { statusQuery } from '../lib/queries.js';
import { KeyCaps } from './keys.js';
import { PageLinks } from './rail.js';
import { ScopeControl } from './scope-control.js';
import { SettingsMenu } from './settings-menu.js';
import { TimeControl } from './time-control.js';

/** Scope, time, search, freshness, person: what every page shares. On a phone the first two take a line of their own. */
export function TopBar() {
  const status = useQuery(statusQuery());
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-1 border-b border-line bg-surface px-2 py-1.5 md:flex-nowrap md:px-3">
      <PageMenu />
      <div className="order-last flex min-w-0 items-center gap-1 max-md:w-full max-md:pt-1 md:order-none">
        <ScopeControl />
        <TimeControl />
      </div>
      <span className="flex-1" />
      <Button
        onClick={() => openOverlay('palette')}
        className="justify-start text-ink-3 max-lg:border-transparent lg:w-64 xl:w-80"
        aria-label="Search and commands"
      >
        <Search size={15} aria-hidden />
        <span className="mr-auto max-lg:hidden">Search or jump to</span>
        <span className="max-lg:hidden">
          <KeyCaps keys="/" />
        </span>
      </Button>
      {status.data && <SourceFreshness sources={status.data.sources} />}
      {status.data?.demo === true && <DemoPanel />}
      <SettingsMenu />
    </header>
  );
}

function PageMenu() {
  const open = useOverlay((state) => state.open === 'pages');
  const close = () => openOverlay(undefined);
  return (
    <>
      <Button look="plain" className="md:hidden" aria-label="Pages" onClick={() => openOverlay('pages')}>
        <Menu size={18} aria-hidden />
      </Button>
      <Modal open={open} onClose={close} label="Pages" className="m-0 h-full max-h-none w-64 rounded-none">
        <nav aria-label="Pages" className="p-3">
          <p className="mb-2 px-2.5 font-semibold">Observatory</p>
          <PageLinks labelled onGo={close} />
        </nav>
      </Modal>
    </>
  );
}
