import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { lintKeymap, linter } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, drawSelection, keymap } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { WorkflowReference } from '#schema/workflow-reference.ts'
import { codeLook } from '../ui/code-look.ts'
import { completeReference } from './code-completion.ts'

type CodeEditorProps = {
  label: string
  path: string
  describedBy: string
  isWrong: boolean
  value: string
  onChange: (value: string) => void
  onBlur: () => void
  references: readonly WorkflowReference[]
  minHeight: number
}

/** CodeMirror as a controlled field. Tab indents; Escape, then Tab leaves it. */
export default function CodeEditor(props: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const attributes = useRef(new Compartment())
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
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({
            override: [completeReference(() => now.current.references)],
            activateOnTyping: true,
            icons: false,
          }),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...historyKeymap,
            ...lintKeymap,
            ...defaultKeymap,
            indentWithTab,
          ]),
          json(),
          linter(jsonParseLinter()),
          EditorView.lineWrapping,
          EditorState.tabSize.of(2),
          codeLook(now.current.minHeight),
          attributes.current.of(EditorView.contentAttributes.of(attributesOf(now.current))),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.onChange(update.state.doc.toString())
          }),
          EditorView.domEventHandlers({ blur: () => now.current.onBlur() }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])

  const { value, label, path, describedBy, isWrong } = props
  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])
  useEffect(() => {
    const next = EditorView.contentAttributes.of(attributesOf({ label, path, describedBy, isWrong }))
    view.current?.dispatch({ effects: attributes.current.reconfigure(next) })
  }, [label, path, describedBy, isWrong])

  return <div ref={place} />
}

function attributesOf({
  label,
  path,
  describedBy,
  isWrong,
}: Pick<CodeEditorProps, 'label' | 'path' | 'describedBy' | 'isWrong'>) {
  return {
    'aria-label': label,
    'data-path': path,
    spellcheck: 'false',
    ...(describedBy !== '' && { 'aria-describedby': describedBy }),
    ...(isWrong && { 'aria-invalid': 'true' }),
  }
}
