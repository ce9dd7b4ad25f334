import { Group, Modal, Text } from '@mantine/core'
import { useState } from 'react'
import type { NextStep, PageStatus } from '#schema/page-status.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import classes from './panel.module.css'
import { StepForm } from './step-form.tsx'
import { listed, nameOf } from './words.ts'

export type Chosen = { step: NextStep; reject: boolean }

/** The steps from where a page stands; those that are closed say why. */
export function Steps({ documentId, item }: { documentId: string; item: PageStatus }) {
  const [chosen, setChosen] = useState<Chosen>()
  const [opened, setOpened] = useState(false)

  function choose(step: NextStep, reject: boolean): void {
    setChosen({ step, reject })
    setOpened(true)
  }

  const close = () => setOpened(false)
  return (
    <>
      <ul className={classes.steps} aria-label="Next steps">
        {item.next.map((step, index) => (
          <li key={step.to.id}>
            <Group gap="xs">
              <ReasonButton
                variant={index === 0 ? 'filled' : 'default'}
                disabledReason={step.enabled ? undefined : (step.reason ?? 'This step is not open to you.')}
                onClick={() => choose(step, false)}
              >
                {step.name}
              </ReasonButton>
              {mayReject(step) && (
                <ReasonButton variant="default" disabledReason={undefined} onClick={() => choose(step, true)}>
                  Reject
                </ReasonButton>
              )}
            </Group>
            <Approvals step={step} />
          </li>
        ))}
      </ul>
      <Modal opened={opened} onClose={close} title={chosen === undefined ? '' : titleOf(chosen)}>
        {chosen !== undefined && <StepForm documentId={documentId} item={item} chosen={chosen} onDone={close} />}
      </Modal>
    </>
  )
}

function Approvals({ step: { approvals, enabled, reason } }: { step: NextStep }) {
  if (approvals === null) return <Why enabled={enabled} reason={reason} />
  const { given, needed, waitingFor } = approvals
  const names = given.map(({ by }) => nameOf(by))
  return (
    <>
      <Text size="sm" mt={6}>
        {given.length} of {needed} {needed === 1 ? 'approval' : 'approvals'}
        {names.length > 0 && `: ${listed(names)}`}
      </Text>
      {waitingFor.length > 0 && given.length < needed && enabled && (
        <Text size="xs" c="dimmed">
          May approve: {listed(shortened(waitingFor.map(nameOf)))}
        </Text>
      )}
      <Why enabled={enabled} reason={reason} />
    </>
  )
}

/** Also in plain sight: a tooltip alone is easily missed on a touch screen. */
function Why({ enabled, reason }: { enabled: boolean; reason: string | null }) {
  if (enabled || reason === null) return null
  return (
    <Text size="xs" c="dimmed" mt={4} aria-hidden>
      {reason}
    </Text>
  )
}

function shortened(names: readonly string[]): string[] {
  return names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} others`] : [...names]
}

/** Who has approved may change his mind. */
function mayReject({ enabled, approvals }: NextStep): boolean {
  return approvals !== null && (enabled || approvals.mine)
}

function titleOf({ step, reject }: Chosen): string {
  return reject ? `Reject “${step.name}”` : step.name
}
