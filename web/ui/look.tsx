import { type CSSVariablesResolver, MantineProvider, createTheme } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'

// Deep water: a teal that carries white text at shade 7 (5.4:1); greys lean to navy.
const theme = createTheme({
  primaryColor: 'water',
  primaryShade: 7,
  black: '#0f2231',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", "Noto Sans Mono", Menlo, Consolas, monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.25' }, h2: { fontSize: '1.2rem', lineHeight: '1.35' } },
  },
  colors: {
    water: [
      '#e8f7f8',
      '#d2eef0',
      '#a5dce1',
      '#74c8cf',
      '#4cb6bf',
      '#2ea6b0',
      '#14909b',
      '#0a7681',
      '#075d66',
      '#05464d',
    ],
    gray: [
      '#f6f9fb',
      '#edf2f5',
      '#e1e9ee',
      '#d2dce3',
      '#bac8d2',
      '#92a4b1',
      '#5f7383',
      '#43576a',
      '#2b3f52',
      '#162a3b',
    ],
    dark: [
      '#dbe6ee',
      '#b9c9d5',
      '#93a7b6',
      '#6c8192',
      '#2f4659',
      '#22394b',
      '#182c3c',
      '#10212f',
      '#0b1924',
      '#07121b',
    ],
  },
  components: {
    Modal: {
      defaultProps: {
        centered: true,
        styles: { title: { fontWeight: 650 }, body: { overflowWrap: 'anywhere' } },
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.55, blur: 2 },
      },
    },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        openDelay: 300,
        events: { hover: true, focus: true, touch: true },
        multiline: true,
        maw: 320,
      },
    },
    // The star comes from global.css: as text it would be part of every label.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Badge: { defaultProps: { tt: 'none', fw: 600 } },
    Alert: { defaultProps: { variant: 'light' } },
  },
})

const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--lk-ground': '#f6f9fb',
    '--lk-surface': '#ffffff',
    '--lk-line': '#dbe4ea',
    '--lk-focus': '#0a7681',
    '--lk-mark': '#ffe9a8',
    '--mantine-color-anchor': '#075d66',
    '--mantine-color-dimmed': '#526676',
    '--mantine-color-placeholder': '#647786',
    '--mantine-color-error': '#c02626',
    '--mantine-color-disabled-color': '#647786',
    '--mantine-color-green-light-color': '#1c5c2b',
    '--mantine-color-red-light-color': '#961b1b',
    '--mantine-color-orange-light-color': '#8a3a04',
    '--mantine-color-yellow-light-color': '#6b4700',
  },
  dark: {
    '--lk-ground': '#0b1924',
    '--lk-surface': '#10212f',
    '--lk-line': '#22394b',
    '--lk-focus': '#74c8cf',
    '--lk-mark': '#6b5514',
    '--mantine-color-body': '#10212f',
    '--mantine-color-dimmed': '#9fb2c0',
    '--mantine-color-placeholder': '#8fa3b2',
    '--mantine-color-error': '#ff9a9a',
    '--mantine-color-disabled': '#22394b',
    '--mantine-color-disabled-color': '#93a7b6',
    '--mantine-color-water-light': '#12404a',
    '--mantine-color-water-light-hover': '#164d59',
    '--mantine-color-water-light-color': '#bfe9ed',
  },
})

/** The look of every page: colours, type, light and dark by the system's wish or the person's. */
export function Look({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-left" autoClose={6000} containerWidth={380} />
      {children}
    </MantineProvider>
  )
}
