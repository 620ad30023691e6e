import type { CertificateDetail } from '@observatory/contracts';
import { Check, Copy, Download } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { Panel } from '../../components/panel.js';
import { saveFile } from '../../lib/save-file.js';

/** The public parts as text: what a peer is shown anyway. */
export function PemPanel({ detail: { pem, certificate } }: { detail: CertificateDetail }) {
  const [copied, setCopied] = useState(false);
  if (pem === undefined)
    return (
      <Panel title="PEM">
        <p className="text-sm text-ink-2">No source shows the certificate itself, so there is nothing to copy.</p>
      </Panel>
    );
  const copy = () => void navigator.clipboard.writeText(pem).then(() => setCopied(true));
  const Icon = copied ? Check : Copy;
  return (
    <Panel
      title="PEM"
      note="public parts only: private keys are never read"
      actions={
        <>
          <Button look="plain" size="small" onClick={copy} onBlur={() => setCopied(false)}>
            <Icon size={13} aria-hidden /> {copied ? 'Copied' : 'Copy'}
          </Button>
          <Button look="plain" size="small" onClick={() => saveFile(`${certificate.name}.pem`, pem, 'application/x-pem-file')}>
            <Download size={13} aria-hidden /> Save
          </Button>
        </>
      }
    >
      <details>
        <summary className="text-sm text-ink-2">Show the text</summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
        <pre tabIndex={0} className="mt-2 max-h-80 overflow-auto rounded-md border border-line bg-bg p-3 font-mono text-xs leading-4">
          {pem}
        </pre>
      </details>
    </Panel>
  );
}
