/** The editor in the product's colours: variables, so that it follows the theme by itself. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', color: 'var(--ink)', backgroundColor: 'var(--bg)' },
  // The frame around the editor shows where the focus is.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller, .cm-gutters': { borderRadius: '5px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--ink-3)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--inset) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink-2)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'inherit', maxHeight: '16em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', lineHeight: '20px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-diagnostic': { padding: '6px 10px', borderLeft: 'none', maxWidth: '52ch', whiteSpace: 'normal' },
  '.cm-diagnostic-error': { color: 'var(--failing-ink)' },
  '.cm-diagnostic-warning': { color: 'var(--degraded-ink)' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--failing)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px solid var(--degraded)' },
  '.cm-lintRange-info': { backgroundImage: 'none', borderBottom: '2px dotted var(--line-strong)' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-searchMatch': { backgroundColor: 'var(--degraded-soft)' },
  // The marks of the gutter are drawn here: the usual ones are data: URLs, which our Content-Security-Policy lets pass only for images.
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 2px' },
  '.cm-lint-marker': { width: '0.7em', height: '0.7em', marginTop: '0.45em', borderRadius: '2px', content: 'none' },
  '.cm-lint-marker-error': { content: 'none', backgroundColor: 'var(--failing)' },
  '.cm-lint-marker-warning': { content: 'none', backgroundColor: 'var(--degraded)', borderRadius: '50%' },
  '.cm-lint-marker-info': { content: 'none', backgroundColor: 'var(--line-strong)', borderRadius: '50%' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--latency)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.meta, tags.squareBracket, tags.brace], color: 'var(--ink-3)' },
]);

export const EDITOR_LOOK = [theme, syntaxHighlighting(colours)];
