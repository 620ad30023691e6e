import type { CertificateDetail } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from '../../components/classes.js';
import { CopyName } from '../../components/copy-name.js';
import { Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { asSentence, counted } from '../../lib/format.js';
import { colons, identityWords, keyWords } from './model/detail-view.js';

const MARKS = {
  matches: { icon: CircleCheck, colour: 'text-encrypted', ink: '' },
  differs: { icon: CircleX, colour: 'text-failing', ink: 'text-failing-ink' },
  unknown: { icon: CircleHelp, colour: 'text-unknown', ink: 'text-ink-2' },
};

const none = (words = 'none') => <span className="text-ink-3">{words}</span>;

function Names({ names, empty = 'none' }: { names: readonly string[]; empty?: string }): ReactNode {
  if (names.length === 0) return none(empty);
  return (
    <span className="flex flex-col">
      {names.map((name) => (
        <CopyName key={name} text={name} className="max-w-full" />
      ))}
    </span>
  );
}

const UNSEEN = 'not known: no source shows the certificate itself';

/** Whom it names, whose it is, and what it is made of. */
export function IdentityPanel({ detail }: { detail: CertificateDetail }) {
  const { certificate, identity, uris, ipAddresses, keyUsage, extendedKeyUsage } = detail;
  const { dnsNames, subject, issuer, serial, fingerprint, signatureAlgorithm, spiffeId, trustDomain } = certificate;
  const words = identityWords(detail);
  const seen = fingerprint !== undefined;
  const mark = words && MARKS[words.state];
  return (
    <Panel title="Names and key">
      {words && mark && (
        <p className="mb-3 flex items-start gap-2 text-sm text-pretty">
          <mark.icon size={16} aria-hidden className={classes('mt-px shrink-0', mark.colour)} />
          <span className={mark.ink}>{asSentence(words.sentence)}</span>
        </p>
      )}
      <Facts
        facts={[
          {
            name: 'Identity',
            value: spiffeId === undefined ? none(seen ? 'none of a mesh' : UNSEEN) : <CopyName text={spiffeId} className="max-w-full" />,
          },
          ...(certificate.kind === 'workload'
            ? [
                {
                  name: 'Runs as',
                  value: identity ? `service account ${identity.serviceAccount} of ${identity.namespace}` : none('not known'),
                },
              ]
            : []),
          ...(trustDomain === undefined ? [] : [{ name: 'Trust domain', value: trustDomain }]),
          { name: 'DNS names', value: <Names names={dnsNames} empty={seen ? 'none' : UNSEEN} /> },
          { name: 'URIs', value: <Names names={uris.filter((uri) => uri !== spiffeId)} empty={seen ? 'no other' : UNSEEN} /> },
          ...(ipAddresses.length > 0 ? [{ name: 'IP addresses', value: <Names names={ipAddresses} /> }] : []),
          { name: 'Subject', value: subject || none(seen ? 'empty' : UNSEEN) },
          { name: 'Issuer', value: issuer || none(seen ? 'empty' : UNSEEN) },
          { name: 'Key', value: seen ? keyWords(certificate) : none(UNSEEN) },
          { name: 'Signature', value: signatureAlgorithm ?? none(UNSEEN) },
          ...(seen ? [{ name: 'For', value: [...keyUsage, ...extendedKeyUsage].join(', ') || none('any use') }] : []),
          {
            name: 'Serial',
            value: serial === undefined ? none(UNSEEN) : <CopyName text={serial} className="max-w-full font-mono text-xs" />,
          },
          {
            name: 'SHA-256',
            value:
              fingerprint === undefined ? none(UNSEEN) : <CopyName text={colons(fingerprint)} className="max-w-full font-mono text-xs" />,
          },
        ]}
      />
    </Panel>
  );
}

export function ManagedPanel({ managed }: { managed: NonNullable<CertificateDetail['certManager']> }) {
  const { namespace, name, issuer, ready, message, renewalTime, revision, secretName } = managed;
  return (
    <Panel title="Kept by cert-manager">
      <Facts
        facts={[
          { name: 'Certificate', value: <CopyName text={`${namespace}/${name}`} className="max-w-full" /> },
          { name: 'Issuer', value: issuer },
          {
            name: 'Ready',
            value: (
              <span className={ready === false ? 'text-failing-ink' : ''}>
                {ready === null ? 'not said' : ready ? 'yes' : 'no'}
                {message !== undefined && <span className="text-ink-2">: {message}</span>}
              </span>
            ),
          },
          { name: 'Renewal time', value: renewalTime === undefined ? none('not said') : <When at={renewalTime} /> },
          ...(revision === undefined ? [] : [{ name: 'Revision', value: revision }]),
          ...(secretName === undefined
            ? []
            : [
                {
                  name: 'Secret',
                  value: (
                    <>
                      {secretName} {none('(never read by us)')}
                    </>
                  ),
                },
              ]),
        ]}
      />
    </Panel>
  );
}

/** Of a root: how much hangs on it, and who does not trust it yet. */
export function AuthorityPanel({ root, id }: { root: NonNullable<CertificateDetail['root']>; id: string }) {
  const { signs, publishedIn, missingIn } = root;
  return (
    <Panel title="Who trusts it">
      <p className="text-sm text-pretty">
        {signs === 0
          ? 'No certificate that is seen chains to it.'
          : `${counted(signs, 'certificate that is seen chains', 'certificates that are seen chain')} to it.`}{' '}
        {publishedIn.length === 0
          ? 'No trust bundle that we read holds it.'
          : `${counted(publishedIn.length, 'namespace publishes', 'namespaces publish')} it.`}{' '}
        {missingIn.length > 0 && (
          <span className="text-degraded-ink">
            {counted(missingIn.length, 'namespace publishes', 'namespaces publish')} other roots and not this one: workloads there do not
            trust it.
          </span>
        )}
      </p>
      {missingIn.length > 0 && <NamespaceList label="Not published in" names={missingIn} id={id} />}
      {publishedIn.length > 0 && <NamespaceList label="Published in" names={publishedIn} id={id} />}
    </Panel>
  );
}

function NamespaceList({ label, names, id }: { label: string; names: readonly string[]; id: string }) {
  return (
    <details className="mt-2 text-sm" open={names.length <= 8}>
      <summary className="text-ink-3">
        {label} ({names.length})
      </summary>
      <ul className="mt-1 flex max-h-48 flex-wrap gap-x-4 gap-y-0.5 overflow-y-auto">
        {names.map((name) => (
          <li key={`${id} ${name}`}>
            <Link to="/certificates/list" search={{ ns: name }} className="hover:text-accent hover:underline">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
