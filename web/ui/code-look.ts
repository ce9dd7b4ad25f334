import { HighlightStyle, type TagStyle, defaultHighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/** Mantine's colours, by their variables: light and dark follow the page without another theme. */
export function codeLook(minHeight: number): Extension {
  return [
    EditorView.theme({
      '&': {
        fontSize: '13px',
        border: '1px solid var(--mantine-color-default-border)',
        borderRadius: 'var(--mantine-radius-md)',
        background: 'var(--lk-surface)',
        color: 'var(--mantine-color-text)',
      },
      '&.cm-focused': { outline: '2px solid var(--lk-focus)', outlineOffset: '1px' },
      '.cm-content': {
        minHeight: `${minHeight}px`,
        fontFamily: 'var(--mantine-font-family-monospace)',
        padding: '8px 4px',
      },
      '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
      '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
        background: 'var(--mantine-primary-color-light)',
      },
      '.cm-matchingBracket': { outline: '1px solid var(--mantine-color-dimmed)' },
      '.cm-tooltip': {
        background: 'var(--lk-surface)',
        border: '1px solid var(--lk-line)',
        borderRadius: 'var(--mantine-radius-md)',
        color: 'var(--mantine-color-text)',
      },
      '.cm-tooltip.cm-tooltip-autocomplete > ul': {
        fontFamily: 'var(--mantine-font-family-monospace)',
        maxHeight: '14em',
      },
      '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 8px', whiteSpace: 'normal' },
      '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
        background: 'var(--mantine-primary-color-light)',
        color: 'var(--mantine-color-text)',
      },
      '.cm-completionDetail': {
        fontFamily: 'var(--mantine-font-family)',
        fontStyle: 'normal',
        color: 'var(--mantine-color-dimmed)',
      },
    }),
    syntaxHighlighting(HighlightStyle.define(defaultHighlightStyle.specs.map(toned))),
  ]
}

/** The default style's colours are for a white page: those that JSON uses get a tone for each scheme, others the text's. */
const tones: Readonly<Record<string, string>> = {
  '#a11': 'light-dark(#9a2617, #ffab91)', // strings
  '#164': 'light-dark(#14663f, #8fdcae)', // numbers
  '#219': 'light-dark(#3a2fa0, #b9b4ff)', // true, false, null
}

function toned(style: TagStyle): TagStyle {
  const { color } = style
  return typeof color === 'string' ? { ...style, color: tones[color] ?? 'inherit' } : style
}
