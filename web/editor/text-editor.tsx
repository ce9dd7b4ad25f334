import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, drawSelection, keymap } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { codeLook } from '../ui/code-look.ts'
import { keptLines } from './kept-lines.ts'
import { markdownLanguage, storageLanguage } from './language.ts'

export type TextEditorProps = {
  label: string
  format: 'markdown' | 'storage'
  value: string
  onChange: (value: string) => void
  describedBy?: string | undefined
  readOnly?: boolean
  minHeight?: number
}

/** CodeMirror as a controlled field for the text of a page. Tab leaves it, as it leaves every other field. */
export default function TextEditor(props: TextEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const variable = useRef(new Compartment())
  // The listeners of the editor outlive a drawing: they read what is wanted now.
  const now = useRef(props)
  useEffect(() => {
    now.current = props
  })

  useEffect(() => {
    if (place.current === null) return undefined
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: now.current.value,
        extensions: [
          history(),
          drawSelection(),
          keymap.of([...historyKeymap, ...defaultKeymap]),
          EditorView.lineWrapping,
          codeLook(now.current.minHeight ?? 320),
          variable.current.of(variableOf(now.current)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])

  const { value, label, format, describedBy, readOnly = false } = props
  useEffect(() => {
    view.current?.dispatch({
      effects: variable.current.reconfigure(variableOf({ label, format, describedBy, readOnly })),
    })
  }, [label, format, describedBy, readOnly])
  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, filter: false })
  }, [value])

  return <div ref={place} data-editor />
}

type Variable = Pick<TextEditorProps, 'label' | 'format' | 'describedBy' | 'readOnly'>

function variableOf({ label, format, describedBy, readOnly = false }: Variable) {
  return [
    EditorState.readOnly.of(readOnly),
    format === 'markdown' ? [markdownLanguage, keptLines()] : storageLanguage,
    EditorView.contentAttributes.of({
      'aria-label': label,
      spellcheck: format === 'markdown' ? 'true' : 'false',
      ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
    }),
  ]
}
