import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionSource } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { indentService, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { Suggestion } from '../model/complete.js';
import type { EditorMark } from '../model/editor-marks.js';
import { indentAfter } from '../model/yaml-indent.js';
import { EDITOR_LOOK } from './editor-look.js';

export interface YamlEditorProps {
  label: string;
  value: string;
  /** Absent: it is read, not written. */
  onChange?: ((text: string) => void) | undefined;
  /** Ctrl-Enter, or ⌘-Enter. */
  onRun?: (() => void) | undefined;
  marks?: readonly EditorMark[];
  suggest?: ((text: string, offset: number) => { from: number; options: Suggestion[] } | undefined) | undefined;
  hint?: string;
}

/** A change that came from outside is not told back. */
const FromOutside = Annotation.define<boolean>();
const COMPLETION_TYPES = { key: 'property', value: 'enum', name: 'variable' };

function completionSource(latest: { current: YamlEditorProps }): CompletionSource {
  return ({ state, pos, explicit }) => {
    const found = latest.current.suggest?.(state.doc.toString(), pos);
    if (!found || (!explicit && pos === found.from && state.doc.lineAt(pos).text.trim() === '')) return null;
    return {
      from: found.from,
      options: found.options.map(({ label, apply, detail, kind }) => ({
        label,
        type: COMPLETION_TYPES[kind],
        ...(apply === undefined ? {} : { apply }),
        ...(detail === undefined ? {} : { detail }),
      })),
      validFor: /^[\w./:*-]*$/u,
    };
  };
}

function extensions(latest: { current: YamlEditorProps }, writing: Compartment): Extension[] {
  const { label, hint, onChange } = latest.current;
  const run = () => {
    latest.current.onRun?.();
    return latest.current.onRun !== undefined;
  };
  return [
    lineNumbers(),
    lintGutter(),
    history(),
    closeBrackets(),
    yaml(),
    indentUnit.of('  '),
    // Only for a line that Enter begins: what stands there already keeps its place.
    indentService.of((context, at) => (context.simulatedBreak === null ? undefined : indentAfter(context.lineAt(at, -1).text))),
    EditorView.lineWrapping,
    ...(onChange ? [highlightActiveLine(), highlightActiveLineGutter()] : []),
    ...(hint === undefined ? [] : [placeholder(hint)]),
    autocompletion({ override: [completionSource(latest)], icons: false }),
    // Tab goes on to the next control, as everywhere: Ctrl-] and Ctrl-[ indent.
    keymap.of([{ key: 'Mod-Enter', run }, ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
    writing.of([]),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged || update.transactions.some((each) => each.annotation(FromOutside))) return;
      latest.current.onChange?.(update.state.doc.toString());
    }),
    ...EDITOR_LOOK,
  ];
}

/**
 * CodeMirror in a shadow root: there its styles are constructed style sheets, which a policy without inline styles allows.
 * Keys that are typed stay inside, so that they are no shortcuts of the page.
 */
export function YamlEditor(props: YamlEditorProps) {
  const { value, marks, onChange } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  const writing = useRef(new Compartment());
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const state = EditorState.create({ doc: latest.current.value, extensions: extensions(latest, writing.current) });
    const editor = new EditorView({ state, parent: root, root });
    view.current = editor;
    const keep = (event: KeyboardEvent) => {
      if (!event.ctrlKey && !event.metaKey && event.key !== 'Tab') event.stopPropagation();
    };
    element.addEventListener('keydown', keep);
    return () => {
      element.removeEventListener('keydown', keep);
      editor.destroy();
      view.current = null;
    };
  }, []);
  const readOnly = onChange === undefined;
  useEffect(() => {
    view.current?.dispatch({ effects: writing.current.reconfigure(readOnly ? EditorState.readOnly.of(true) : []) });
  }, [readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, annotations: FromOutside.of(true) });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const length = editor.state.doc.length;
    const fitting = (marks ?? []).filter(({ to }) => to <= length);
    editor.dispatch(setDiagnostics(editor.state, [...fitting]));
  }, [marks]);
  return (
    <div ref={host} className="h-full min-h-0 overflow-hidden rounded-md border border-line-strong outline-accent focus-within:outline-2" />
  );
}
