import { Alert, Anchor, Stack } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { count } from '../ui/format.ts'
import { useEditor } from './editor-context.ts'
import { type Fault, placeWords } from './faults.ts'
import classes from './fault-list.module.css'

/** What is to be mended before it can be saved, and what is only odd; each leads to its field. */
export function FaultList({ asLinks }: { asLinks: boolean }) {
  const { faults, warnings } = useEditor()
  return (
    <Stack gap="xs" aria-live="polite">
      {faults.length > 0 && (
        <Alert
          color="red"
          icon={<IconAlertTriangle />}
          title={`${count(faults.length, 'fault')} to mend before it can be saved`}
        >
          <Faults faults={faults} asLinks={asLinks} />
        </Alert>
      )}
      {warnings.length > 0 && (
        <Alert color="orange" icon={<IconInfoCircle />} title={count(warnings.length, 'warning')}>
          <Faults faults={warnings} asLinks={asLinks} />
        </Alert>
      )}
    </Stack>
  )
}

function Faults({ faults, asLinks }: { faults: readonly Fault[]; asLinks: boolean }) {
  const { show } = useEditor()
  return (
    <ul className={classes.list}>
      {faults.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          {path !== '' &&
            (asLinks ? (
              <Anchor
                component="button"
                type="button"
                size="sm"
                c="inherit"
                fw={600}
                ta="start"
                onClick={() => show(path)}
              >
                {placeWords(path)}
              </Anchor>
            ) : (
              <strong>{path}</strong>
            ))}
          {path !== '' && ': '}
          {message}
        </li>
      ))}
    </ul>
  )
}
