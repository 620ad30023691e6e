import type { PolicyWhatIfReply } from '@observatory/contracts';
import { Check, ClipboardCopy, Download } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { saveFile } from '../../lib/save-file.js';
import { whatIfMarkdown } from './model/what-if-markdown.js';

/** The result as text for a pull request. */
export function MarkdownActions({ reply }: { reply: PolicyWhatIfReply }) {
  const [copied, setCopied] = useState(false);
  const Icon = copied ? Check : ClipboardCopy;
  return (
    <>
      <Button
        look="plain"
        size="small"
        onClick={() => void navigator.clipboard.writeText(whatIfMarkdown(reply)).then(() => setCopied(true))}
        onBlur={() => setCopied(false)}
        title="For a pull request"
      >
        <Icon size={13} aria-hidden /> {copied ? 'Copied' : 'Copy as Markdown'}
      </Button>
      <Button
        look="plain"
        size="small"
        aria-label="Save as Markdown"
        onClick={() => saveFile('what-if.md', whatIfMarkdown(reply), 'text/markdown')}
      >
        <Download size={13} aria-hidden /> .md
      </Button>
    </>
  );
}
