import type { PanelKind } from '../tree.ts'

/**
 * GitHub's alert for each kind of panel, '' for a plain frame. Confluence's note is the yellow one ("watch out"),
 * its warning the red one ("danger"), so both move one step up.
 */
export const ALERTS: Record<PanelKind, string> = {
  info: 'NOTE',
  tip: 'TIP',
  note: 'WARNING',
  warning: 'CAUTION',
  decision: 'IMPORTANT',
  plain: '',
}
