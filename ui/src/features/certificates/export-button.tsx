import { Download } from 'lucide-react';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../../components/button.js';
import { tableCsv } from '../../components/table-model.js';
import type { QueryParams } from '../../lib/api.js';
import { allCertificates } from '../../lib/certificate-queries.js';
import { saveFile } from '../../lib/save-file.js';
import { EXPORT_COLUMNS } from './certificate-columns.js';

/** The whole selection as a file, not only what was scrolled to. */
export function ExportButton({ params, disabled }: { params: QueryParams; disabled: boolean }) {
  const save = useMutation({
    mutationFn: async () => saveFile('certificates.csv', tableCsv(await allCertificates(params), EXPORT_COLUMNS), 'text/csv'),
  });
  return (
    <>
      {save.isError && (
        <span role="alert" className="text-sm text-failing-ink">
          Not saved: {save.error.message}
        </span>
      )}
      <Button look="plain" size="small" disabled={disabled || save.isPending} onClick={() => save.mutate()}>
        <Download size={13} aria-hidden /> {save.isPending ? 'Reading …' : 'CSV'}
      </Button>
    </>
  );
}
